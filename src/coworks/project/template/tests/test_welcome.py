from coworks.testing import run


def test_it_welcomes_the_world():
    assert run("welcome").output == {"text": "Hello world!"}


def test_it_welcomes_the_french_in_french():
    welcome = run("welcome", {"name": "Ada", "country": "FR"})
    assert welcome.visited("Greet in French")
    assert welcome.output == {"text": "Bonjour Ada!"}
