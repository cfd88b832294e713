"""What earlier builds found, kept in `.publish/`, so that only what changed is done again.

It is a memory, never a source: whatever is lost, damaged or of another version is done anew, and what it says is held
against the files themselves before it is believed. Its modules load nothing heavy: a build with nothing to do ends
before any library is there.
"""
