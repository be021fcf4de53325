"""The public door of the controller over HTTP: REST under ``/api/v1`` and the page people look at."""
