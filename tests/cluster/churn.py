"""Members who come and go, and rooms that are made, used and deleted, while a chat goes on."""

import asyncio
import contextlib
import random
import time

CHANGE_EVERY = 0.7  # seconds
ROOM_EVERY = 7.0
ROOM_LASTS = 4.0


class Churn:
    def __init__(self, chat):
        self.chat = chat
        self.inside = set()  # (user, room) of guests
        self.stopping = False
        self.under_way = set()
        self.changes = 0
        self.deleted = 0

    def is_member(self, person, room):
        return person not in self.chat.cast.guests or (person.id, room) in self.inside

    async def run(self):
        for guest in self.chat.cast.guests:
            for room in self.chat.rooms:
                await self.change(guest, room, "add")
        rooms = self.chat.spawn(self.rooms_come_and_go())
        while not self.stopping:
            await asyncio.sleep(random.uniform(0.5, 1.5) * CHANGE_EVERY)
            guest, room = random.choice(self.chat.cast.guests), random.choice(self.chat.rooms)
            await self.change(guest, room, "remove" if (guest.id, room) in self.inside else "add")
        await rooms

    async def stop(self):
        self.stopping = True
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait_for(self.chat.tasks[-1], 90)

    async def change(self, guest, room, change):
        owner = self.chat.callers[self.chat.cast.owner.id]
        path = f"/rooms/{room}/members/{guest.id}"
        at = time.monotonic()
        method, body = ("PUT", {"json": {}}) if change == "add" else ("DELETE", {})
        if change == "remove":
            self.inside.discard((guest.id, room))
        response = await owner.insist(method, path, **body)
        assert response.status_code in (200, 204), f"{method} member: {response.status_code} {response.text[:300]}"
        self.note(room, guest.id, change, at)
        if change == "add":
            self.inside.add((guest.id, room))
        self.changes += 1

    def note(self, room, user, change, at):
        self.chat.recorder.note("change", room=room, user=user, change=change, at=at, done=time.monotonic())

    # --- rooms

    async def rooms_come_and_go(self):
        while not self.stopping:
            await self.one_room()
            await asyncio.sleep(ROOM_EVERY - ROOM_LASTS)

    async def one_room(self):
        owner = self.chat.callers[self.chat.cast.owner.id]
        made = await owner.call("POST", "/rooms", json={"name": f"d{time.time_ns()}", "visibility": "private"})
        if made is None:
            return  # it may be there all the same; nobody will know
        room = made.json()["id"]
        people = [*self.chat.cast.writers[:3], *self.chat.cast.readers[:4]]
        for person in people:
            await owner.insist("PUT", f"/rooms/{room}/members/{person.id}", json={})
        head = (await owner.insist("GET", f"/rooms/{room}")).json()["head"]
        members = [self.chat.cast.owner.id, *(p.id for p in people)]
        self.chat.recorder.note("room", room=room, members=members, head=head)
        before = len(self.chat.writers)
        for client in self.chat.clients:
            if client.person in people:
                client.follow(room)
            if client.person in people[:3]:
                self.chat.add_writer(client, room)
        await asyncio.sleep(ROOM_LASTS)
        await self.delete(room)
        for writer in self.chat.writers[before:]:
            writer.stopping = writer.stopping or writer.room == room
        self.deleted += 1

    async def delete(self, room):
        owner = self.chat.callers[self.chat.cast.owner.id]
        at = time.monotonic()
        response = await owner.insist("DELETE", f"/rooms/{room}")
        assert response.status_code in (204, 404), f"DELETE room: {response.status_code} {response.text[:300]}"
        self.note(room, None, "delete", at)
        await asyncio.sleep(1.0)
        for client in self.chat.clients:
            if room in client.rooms:
                client.rooms[room].ended = True
