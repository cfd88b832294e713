"""What printing knows: how sheets are folded, which codes they carry, and the colour profile they are made for."""
