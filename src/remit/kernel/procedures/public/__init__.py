"""What customers do by themselves, without a login: send a matter in, see how it stands, confirm, say how content they are."""
