"""An upload stops at the limit, with a sentence that says what the limit is."""

from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import Client, RequestFactory
from pytest_django import Settings

from remit.web.uploads import QuotaUploadHandler, UploadTooLarge

OPEN_FORM = "/settings/theme/"


@pytest.fixture(autouse=True)
def small_limit(settings: Settings) -> Iterator[None]:
    settings.MAX_UPLOAD_BYTES = 100_000
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    yield


def files(*sizes: int) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(f"{size}.txt", b"x" * size) for size in sizes]


def test_files_within_the_limit_arrive_whole() -> None:
    request = RequestFactory().post(OPEN_FORM, {"papers": files(40_000, 50_000)})
    assert [len(upload.read()) for upload in request.FILES.getlist("papers")] == [40_000, 50_000]


@pytest.mark.parametrize("sizes", [(150_000,), (60_000, 60_000)])
def test_too_much_is_refused_with_the_limit(sizes: tuple[int, ...]) -> None:
    answer = Client(headers={"accept-language": "zh-CN"}).post(OPEN_FORM, {"theme": "dark", "papers": files(*sizes)})
    assert answer.status_code == 413
    assert "97.7" in answer.content.decode()  # 100,000 bytes, as KB


def test_an_announced_giant_is_refused_before_a_byte_is_read() -> None:
    handler = QuotaUploadHandler(HttpRequest())
    with pytest.raises(UploadTooLarge):
        handler.handle_raw_input(None, {}, 200_000, b"", None)


def test_an_unannounced_giant_is_stopped_while_it_arrives() -> None:
    handler = QuotaUploadHandler(HttpRequest())
    handler.receive_data_chunk(b"x" * 60_000, 0)
    with pytest.raises(UploadTooLarge):
        handler.receive_data_chunk(b"x" * 60_000, 60_000)
