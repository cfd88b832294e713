"""Leaflets built by other machines: a dask.distributed cluster, whose workers share no disk with the sender.

hands.py is the sender's side of it, tasks.py what runs at a worker; parcel.py is what goes to and fro.
"""
