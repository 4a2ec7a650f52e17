from coworks.testing import client
from tech.greeting import app


def test_it_greets_in_english_unless_told_otherwise():
    assert client(app).get("/hello/Ada").json == {"text": "Hello Ada!"}


def test_it_speaks_french():
    answer = client(app).get("/hello/Ada", query={"language": "fr"})
    assert answer.status == 200
    assert answer.json == {"text": "Bonjour Ada!"}
