"""tlsscan: which TLS versions does this code permit, and does that meet the policy?"""

__version__ = "0.1.0"
