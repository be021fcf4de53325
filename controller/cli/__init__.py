"""The commands a person types to read what the controller knows; wired by ``controller.main``."""
