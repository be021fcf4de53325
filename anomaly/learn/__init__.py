"""What is learned from examples; the only door to scikit-learn."""
