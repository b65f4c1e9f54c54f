"""The model side: data to train on, training and evaluation."""
