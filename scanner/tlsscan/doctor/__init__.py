"""`tlsscan doctor`: which protocol versions the runtimes of this machine offer, asked of them.

The only part of the program that starts other programs and opens sockets: each runtime is made to connect to a listener
on the loopback interface, which reads the hello and hangs up. Nothing of a scanned tree is read, and nothing else is
connected to.
"""
