"""Small written cases for signatures: symptoms at places of a small store in, what is to be recognised out."""
