"""One plain script per page; a page never imports another page."""
