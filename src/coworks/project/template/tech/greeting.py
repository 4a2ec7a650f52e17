"""The service `greeting`: each method whose name begins with get, post, put, patch or delete is a route."""

from coworks import TechMicroService


class Greeting(TechMicroService):
    """Greets people."""

    # Anybody may call it. For anything that is not for everybody, write an `auth` method instead.
    public = True

    def get_hello(self, name, *, language="en"):
        """GET /greeting/hello/{name}?language=fr"""
        words = {"en": "Hello", "fr": "Bonjour", "de": "Hallo"}
        return {"text": f"{words.get(language, 'Hello')} {name}!"}


app = Greeting()
