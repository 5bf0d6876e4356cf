"""Every face of the system: HTTP, console, command line."""
