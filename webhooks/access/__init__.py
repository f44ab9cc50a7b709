"""Who is asking, and how much of it is let in: keys, signatures, and limits of strangers."""
