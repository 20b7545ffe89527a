"""A stand-in for the server of cog 0.17 and later, which cog starts itself."""
