"""What the configuration should say: the only door to jinja2 for device configurations."""
