"""What developers run: installing, and keeping the README true."""
