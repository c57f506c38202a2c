"""What a program of the firm does over the API, and what it is told when it may not."""

from typing import Any

from django.test import Client
from tests.cast import Firm, give

from remit.api.tests.conftest import KEEPER, ClientOf, token_of
from remit.kernel.accounts import actions as accounts
from remit.kernel.audit.models import Event
from remit.kernel.authority.models import Matter

GIFT = {"customer": "王女士", "amount": "30", "reason": "生日"}


def post(client: Client, path: str, body: Any, **headers: str) -> Any:
    return client.post(f"/api/{path}", body, content_type="application/json", headers=headers)


def test_an_act_within_the_limit_is_done_and_leaves_an_event_of_this_door(firm: Firm, client_of: ClientOf) -> None:
    answer = post(client_of("陈立"), "actions/remedy.gift", {"facts": GIFT})
    assert answer.status_code == 200
    assert answer.json()["kind"] == "done"
    event = Event.objects.get(pk=answer.json()["event_id"])
    assert (event.door, event.actor_name, event.kind) == ("api", "陈立", "remedy.gift")


def test_what_exceeds_the_limit_is_asked_for_and_carried_out_once_approved(firm: Firm, client_of: ClientOf) -> None:
    asked = post(client_of("陈立"), "actions/remedy.gift", {"facts": {**GIFT, "amount": "80"}})
    assert asked.status_code == 202
    waiting = client_of("林晓岚").get("/api/approvals").json()["items"]
    assert [row["number"] for row in waiting] == [asked.json()["request_number"]]
    done = post(client_of("林晓岚"), "actions/approval.approve", {"facts": {"request": waiting[0]["id"]}})
    assert done.status_code == 200
    detail = client_of("陈立").get(f"/api/approvals/{waiting[0]['id']}").json()
    assert (detail["outcome"], detail["steps"][0]["decided_by"]) == ("approved", "林晓岚")
    assert client_of("陈立").get("/api/matters").json()["items"][0]["facts"]["amount"] == "80.00"


def test_a_repeated_call_changes_nothing(firm: Firm, client_of: ClientOf) -> None:
    client = client_of("陈立")
    first = post(client, "actions/remedy.gift", {"facts": GIFT}, **{"Idempotency-Key": "order-1"}).json()
    again = post(client, "actions/remedy.gift", {"facts": GIFT, "key": "order-1"}).json()
    assert again == {**first, "repeated": True}
    assert Matter.objects.count() == 1
    other = post(client, "actions/remedy.gift", {"facts": {**GIFT, "amount": "31"}, "key": "order-1"})
    assert other.status_code == 409
    assert (
        post(client, "actions/remedy.gift", {"facts": GIFT, "key": "a"}, **{"Idempotency-Key": "b"}).status_code == 422
    )


def test_asking_changes_nothing_and_shows_who_could(firm: Firm, client_of: ClientOf) -> None:
    facts = {"customer": "周先生", "amount": "38000", "reason": "延误"}
    answer = post(client_of("陈立"), "actions/remedy.compensate/decision", {"facts": facts}).json()
    assert answer["outcome"] == "refused"
    assert "总经理" in answer["sentence"]
    assert [(rung["position"], rung["covers"]) for rung in answer["ladder"]] == [
        ("客服部总监", False),
        ("总经理", False),
    ]
    assert not Event.objects.exists() or not Event.objects.filter(kind="remedy.compensate").exists()


def test_a_refusal_has_one_shape(firm: Firm, client_of: ClientOf) -> None:
    client = client_of("何平")
    for answer, status, code in [
        (post(client, "actions/remedy.gift", {"facts": GIFT}), 403, "not_authorised"),
        (post(client, "actions/remedy.gif", {"facts": GIFT}), 404, "unknown_action"),
        (post(client, "actions/remedy.gift", {"facts": {"amount": "viel"}}), 422, "bad_facts"),
        (post(client, "actions/remedy.gift", {"fact": 1, "facts": []}), 422, "bad_shape"),
        (post(client, "actions/remedy.gift", '{"facts": NaN}'), 400, "bad_request"),
        (post(client, "actions/remedy.gift", '{"facts": {"reason": "a\\u0000"}}'), 400, "bad_request"),
        (post(client, "actions/remedy.gift", '{"facts": {"reason": "a\\ud800"}}'), 400, "bad_request"),
        (post(client, "actions/remedy.gift", "[" * 100_000), 400, "bad_request"),
        (client.get("/api/approvals/1"), 404, "not_found"),
        (client.get("/api/approvals?before=99999999999999999999"), 422, "bad_shape"),
        (Client().get("/api/today"), 401, "not_logged_in"),
        (post(Client(), "actions/remedy.gift", {"facts": GIFT}), 401, "not_logged_in"),
        (Client(headers={"authorization": "Bearer remit_00000000_x"}).get("/api/today"), 401, "not_logged_in"),
    ]:
        assert answer.status_code == status, (answer.content, code)
        assert set(answer.json()) == {"code", "sentence", "data"}
        assert answer.json()["code"] == code
        assert answer.json()["sentence"]


def test_bad_facts_are_named_one_by_one(firm: Firm, client_of: ClientOf) -> None:
    answer = post(client_of("陈立"), "actions/remedy.gift", {"facts": {"amount": "viel", "colour": "red"}})
    assert set(answer.json()["data"]) == {"amount", "colour", "customer", "reason"}


def test_a_stranger_sees_nothing_of_the_other_company(firm: Firm, client_of: ClientOf) -> None:
    post(client_of("陈立"), "actions/remedy.gift", {"facts": GIFT})
    post(client_of("陈立"), "actions/remedy.gift", {"facts": {**GIFT, "amount": "80"}})
    stranger = client_of("何平")
    for path in ["approvals?state=all", "obligations?state=all", "matters", "rulings", "charters", "imports"]:
        assert stranger.get(f"/api/{path}").json() == {"items": [], "next": None}, path
    assert stranger.get("/api/events").json()["items"] == []
    titles = {position["title"] for position in stranger.get("/api/organization").json()["positions"]}
    assert titles == {"物业经理"}


def test_a_superior_reads_what_is_done_below(firm: Firm, client_of: ClientOf) -> None:
    post(client_of("陈立"), "actions/remedy.gift", {"facts": GIFT})
    assert len(client_of("林晓岚").get("/api/matters").json()["items"]) == 1
    assert client_of("赵敏之").get("/api/matters").json()["items"] == []


def test_pages_follow_each_other_without_gap(firm: Firm, client_of: ClientOf) -> None:
    for n in range(5):
        firm.do("高岚", "remedy.gift", customer=f"客户{n}", amount="30", reason="节日")
    client, seen, after = client_of("高岚"), [], ""
    while True:
        page = client.get(f"/api/matters?limit=2{after}").json()
        seen += [row["id"] for row in page["items"]]
        if page["next"] is None:
            break
        after = f"&before={page['next']}"
    assert seen == sorted(Matter.objects.values_list("pk", flat=True), reverse=True)


def test_the_organization_is_as_it_was_on_the_day(firm: Firm, client_of: ClientOf) -> None:
    client = client_of("陈立")
    assert client.get("/api/organization?on=2020-01-01").json()["positions"] == []
    today = client.get("/api/organization").json()
    holders = {p["title"]: [h["name"] for h in p["holders"]] for p in today["positions"]}
    assert holders["健康顾问"] == ["陈立", "赵敏之"]
    assert client.get("/api/organization?on=0001-01-01").status_code == 422


def test_a_document_is_read_into_drafts(firm: Firm, client_of: ClientOf) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    text = "客服专员岗位职责\n1. 接听客户来电，记录客户诉求。\n2. 每周汇总投诉并上报。\n".encode("gbk")
    upload = {"file": SimpleUploadedFile("客服.txt", text, "text/plain"), "company": firm.health.pk}
    refused = client_of("陈立").post("/api/imports", upload)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_authorised")
    give(firm, "总经理", "第8条", {"action": "charter.import"})
    from remit.kernel.authority.loading import authority_changed

    authority_changed()
    upload["file"] = SimpleUploadedFile("客服.txt", text, "text/plain")
    answer = client_of("周岚").post("/api/imports", upload)
    assert answer.status_code == 201, answer.content
    listed = client_of("周岚").get("/api/imports").json()["items"]
    assert [(row["name"], row["drafts"]) for row in listed] == [("客服.txt", 1)]
    broken = {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.4 nonsense", "application/pdf"), "company": firm.health.pk}
    answer = client_of("周岚").post("/api/imports", broken)
    assert (answer.status_code, answer.json()["code"]) == (422, "rule_broken")


def test_a_session_needs_the_csrf_token_to_change_something(firm: Firm) -> None:
    token_of(firm, "陈立")
    user = firm["陈立"].user
    assert user is not None
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)
    assert browser.get("/api/today").status_code == 200
    assert post(browser, "actions/remedy.gift", {"facts": GIFT}).status_code == 403
    browser.cookies["csrftoken"] = "a" * 32
    answer = post(browser, "actions/remedy.gift", {"facts": GIFT}, **{"X-CSRFToken": "a" * 32})
    assert answer.status_code == 200


def test_a_token_holds_until_it_is_revoked_and_never_for_nobody(firm: Firm) -> None:
    outsider = accounts.create_user(username="outsider", name="外包", must_change_password=False, actor=KEEPER)
    token, raw = accounts.issue_token(outsider.pk, name="x", actor=KEEPER)
    client = Client(headers={"authorization": f"Bearer {raw}"})
    assert (client.get("/api/today").status_code, client.get("/api/today").json()["code"]) == (403, "no_person")
    accounts.revoke_token(token.pk, actor=KEEPER)
    assert client.get("/api/today").status_code == 401


def test_rows_are_all_or_nothing_unless_each_stands_for_itself(firm: Firm, client_of: ClientOf) -> None:
    rows = [GIFT, {**GIFT, "amount": "viel"}]
    whole = post(client_of("陈立"), "actions/remedy.gift/rows", {"rows": rows}).json()
    assert (whole["done"], whole["refused"], [row["code"] for row in whole["rows"]]) == (0, 2, ["undone", "bad_facts"])
    assert Matter.objects.count() == 0
    each = post(client_of("陈立"), "actions/remedy.gift/rows", {"rows": rows, "each": True}).json()
    assert (each["done"], each["refused"]) == (1, 1)
    assert Matter.objects.count() == 1
