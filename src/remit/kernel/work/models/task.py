"""Tasks (督办): what a leader or a meeting gives somebody to do, followed to completion."""

from typing import ClassVar

from django.db import models

from remit.kernel.organization.models import Person, Unit


class Task(models.Model):
    """Assigner, performer, deadline, result (S-126). `origin` says where it comes from, as "11月23日总经理办公会"; "" is the assigner himself.

    Reported done by the performer (`reported_at`), it is the assigner's to accept or to send back; accepted or withdrawn, it is
    closed. While it waits for others (`is_waiting`) it is on nobody's list, and `due_at` is what its term comes to if they keep theirs. Of late reports and changes the notes tell.
    """

    title = models.CharField(max_length=120)
    detail = models.TextField(blank=True)
    origin = models.CharField(max_length=80, blank=True)
    assigner = models.ForeignKey(Person, models.PROTECT, related_name="tasks_given")
    performer = models.ForeignKey(Person, models.PROTECT, related_name="tasks")
    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    due_at = models.DateTimeField()
    reported_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    is_accepted = models.BooleanField(default=False)
    within = models.CharField(
        max_length=20, blank=True, db_default=""
    )  # its term, where it begins when others are done
    is_waiting = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(assigner=models.F("performer")), name="task_is_for_somebody_else"
            ),
            models.CheckConstraint(
                condition=models.Q(is_accepted=False) | models.Q(closed_at__isnull=False),
                name="task_accepted_is_closed",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["assigner", "closed_at", "due_at"], name="task_by_assigner"),
            models.Index(fields=["performer", "closed_at", "due_at"], name="task_by_performer"),
        ]

    def __str__(self) -> str:
        return self.title


class TaskOrder(models.Model):
    """A task that waits for another one. Links are made when the task is given, to tasks that are there already: so there are no loops."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, models.CASCADE, related_name="waits_for")
    after = models.ForeignKey(Task, models.CASCADE, related_name="followed_by")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "after"], name="task_waits_once"),
            models.CheckConstraint(
                condition=models.Q(task__gt=models.F("after")), name="task_waits_for_an_earlier_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} after {self.after_id}"


class TaskNote(models.Model):
    """What was said about a task. A `change` names when it happened, and whether it was fed back within the hour."""

    KINDS: ClassVar = ("change", "answer", "chase", "report", "return", "amend", "accept", "withdraw", "free")

    task = models.ForeignKey(Task, models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    text = models.TextField(blank=True)
    happened_at = models.DateTimeField(null=True)
    is_prompt = models.BooleanField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["task", "id"], name="task_note_by_task")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.task_id}"
