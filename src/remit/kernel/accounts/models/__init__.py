from remit.kernel.accounts.models.login_event import LoginEvent, LoginEventKind
from remit.kernel.accounts.models.policy import AccountPolicy
from remit.kernel.accounts.models.token import ApiToken
from remit.kernel.accounts.models.user import DEMO_PASSWORD, Theme, User

__all__ = ["DEMO_PASSWORD", "AccountPolicy", "ApiToken", "LoginEvent", "LoginEventKind", "Theme", "User"]
