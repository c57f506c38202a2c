from remit.kernel.packs.models.installed import InstalledPack

__all__ = ["InstalledPack"]
