"""The address of a page: what a link holds, read with care and written short."""
