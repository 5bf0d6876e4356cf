"""Who works with whom: what profiles and gap questions share."""
