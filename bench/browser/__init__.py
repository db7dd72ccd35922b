"""What the measurements in a browser share: a server of their own, Chromium, and a clock in it."""
