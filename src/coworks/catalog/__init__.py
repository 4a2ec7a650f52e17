"""The predefined services: ordinary services that every project may use, and good examples to read.

A project takes one with a file of one line, `tech/mail.py`:

    from coworks.catalog.mail import MailMicroService as service
"""
