"""Files that are put into a bucket of moto start the workflows and reach the services that wait for them."""

from __future__ import annotations

from tests.local.aws.conftest import ServeAws, until

FILES = {
    "tech/filing.py": """
        from coworks import TechMicroService
        class Filing(TechMicroService):
            public = True
            buckets = {"cws-invoices": {"suffix": ".pdf"}}
            seen = []
            def get(self):
                return {"seen": self.seen}
            def on_object(self, stored):
                self.seen.append([stored["key"], stored["size"]])
    """,
    "biz/scan.yml": """
        on:
          - bucket: cws-invoices
            prefix: in/
        states:
          - name: Keep
            set: {kept: "{% $data.key %}"}
    """,
}


def test_a_file_that_is_put_is_told(serve_aws: ServeAws) -> None:
    aws = serve_aws(FILES)
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="cws-invoices")
    s3.put_object(Bucket="cws-invoices", Key="in/a b.pdf", Body=b"hello")
    s3.put_object_tagging(
        Bucket="cws-invoices", Key="in/a b.pdf", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]}
    )
    s3.put_object(Bucket="cws-invoices", Key="in/b.txt", Body=b"hello, too")
    s3.copy_object(Bucket="cws-invoices", Key="copy.pdf", CopySource="cws-invoices/in/a b.pdf")
    assert s3.head_object(Bucket="cws-invoices", Key="in/a b.pdf")["ContentLength"] == 5
    seen = until(lambda: len(told := aws.running.ask("GET", "/filing").json["seen"]) == 2 and told)
    assert sorted(seen) == [["copy.pdf", 5], ["in/a b.pdf", 5]]
    runs = until(lambda: len(told := aws.running.ask("GET", "/scan").json["executions"]) == 2 and told)
    inputs = [aws.running.ask("GET", f"/scan/{run['id']}").json["input"] for run in runs]
    assert sorted(one["key"] for one in inputs) == ["in/a b.pdf", "in/b.txt"]
    for key in ("in/a b.pdf", "in/b.txt", "copy.pdf"):
        s3.delete_object(Bucket="cws-invoices", Key=key)
    s3.delete_bucket(Bucket="cws-invoices")
