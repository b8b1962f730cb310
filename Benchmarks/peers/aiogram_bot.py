"""A bot's door as one would plainly write it with aiogram and aiosqlite.

    aiogram_bot.py PORT DATABASE SECRET

Each update is stored once, by its number, together with the reply it causes; the webhook is answered after the commit,
which is on disk then (synchronous=FULL). Nothing is sent: a sender would take the replies from their table.
"""

import asyncio
import sys

import aiosqlite
from aiogram import Bot, Dispatcher
from aiogram.types import Message, Update
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

TABLES = """
CREATE TABLE IF NOT EXISTS updates (id INTEGER PRIMARY KEY, chat INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS outbox (
  id INTEGER PRIMARY KEY, chat INTEGER NOT NULL, text TEXT NOT NULL, sent INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS outbox_waiting ON outbox (id) WHERE sent = 0;
"""


async def answer(
    message: Message, event_update: Update, database: aiosqlite.Connection, turn: asyncio.Lock
) -> None:
    # One at a time: on one connection another task's commit would tear the update from its reply.
    async with turn:
        added = await database.execute(
            "INSERT INTO updates (id, chat, body) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING",
            (event_update.update_id, message.chat.id, event_update.model_dump_json(exclude_none=True)),
        )
        if added.rowcount:
            await database.execute(
                "INSERT INTO outbox (chat, text) VALUES (?, ?)", (message.chat.id, "Dạ, em xin ghi nhận ạ.")
            )
        await database.commit()


async def application(path: str, secret: str) -> web.Application:
    database = await aiosqlite.connect(path)
    await database.execute("PRAGMA journal_mode=WAL")
    await database.execute("PRAGMA synchronous=FULL")
    await database.executescript(TABLES)
    dispatcher = Dispatcher(database=database, turn=asyncio.Lock())
    dispatcher.message.register(answer)
    bot = Bot(token="7:bench")
    app = web.Application()
    # Not in the background: what is answered with 200 is stored.
    SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token=secret).register(app, path="/webhook")
    setup_application(app, dispatcher, bot=bot)
    app.on_cleanup.append(lambda _: database.close())
    return app


if __name__ == "__main__":
    web.run_app(application(sys.argv[2], sys.argv[3]), host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
