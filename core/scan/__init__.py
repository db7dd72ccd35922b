"""Read handwritten digits from pictures, as the makers of MNIST prepared theirs."""
