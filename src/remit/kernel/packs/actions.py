"""Load a pack: the one verb of this room."""

from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.packs.loader import put_in_place, read_pack
from remit.kernel.packs.models import InstalledPack
from remit.lib.yaml_reader import BadYaml


@action(
    "pack.load",
    gettext_lazy("Load a pack"),
    Fact("path", "text", gettext_lazy("Folder on the server")),
    changes_authority=True,
)
def load_pack(call: Call) -> Done:
    """Load a pack from a folder on the server, or a newer version of one that is installed."""
    folder = Path(call.text("path")).resolve()
    try:
        pack = read_pack(folder)
    except BadYaml as error:
        raise RuleBroken(str(error)) from error
    for required in pack.page.requires:
        if not InstalledPack.objects.filter(name=required).exists():
            raise RuleBroken(_("Load the pack %(required)s first.") % {"required": required})
    counts = put_in_place(pack)
    InstalledPack.objects.update_or_create(
        name=pack.page.name,
        defaults={
            "version": pack.page.version,
            "labels": pack.page.labels.by_language(),
            "digest": pack.digest,
            "place": str(folder),
            "loaded_at": call.at,
        },
    )
    return Done(("pack", pack.page.name, f"{pack.page.name} {pack.page.version}"), {**counts, "digest": pack.digest})
