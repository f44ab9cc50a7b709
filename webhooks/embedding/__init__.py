"""For those who show our statuses elsewhere: badges for a README, feeds, and the JSON that status aggregators read."""

from fastapi import APIRouter

from webhooks.embedding.badges import router as badges
from webhooks.embedding.feeds import router as feeds
from webhooks.embedding.status_page import router as status_page

router = APIRouter()
for each in (badges, feeds, status_page):
    router.include_router(each)

__all__ = ["router"]
