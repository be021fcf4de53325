"""What is wrong: looks become observations, symptoms and findings."""
