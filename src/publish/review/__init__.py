"""The review round: a Word copy that comes back becomes changes of the source, and two versions become a redline.

What comes back was in other hands: it is admitted before anything reads it, and what cannot be carried is told.
"""
