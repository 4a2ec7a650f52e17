"""Measurements side by side with the peers, as ratios: `make bench-*`. Nothing here is a test."""
