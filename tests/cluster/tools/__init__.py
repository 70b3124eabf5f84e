"""What the cluster tests judge and cut with, tested by itself."""
