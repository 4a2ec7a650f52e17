"""The pages, in NiceGUI. They place what the rooms beside them work out, and hand on what people do.

`application` starts NiceGUI and knows all pages; `frame` is what is around each of them.
"""
