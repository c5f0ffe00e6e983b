"""Runs in Rasa's environment (Python 3.10) and prints what it found as one JSON object.

``python inside_rasa.py FOLDER``; the components come from PYTHONPATH.
"""

import asyncio
import json
import os
import random
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import numpy as np
from components import door, patches
from components.certainty import CertaintyCheck
from components.embedding import EmbeddingFeaturizer
from components.tracker_store import CompactTrackerStore, compacted
from rasa.core.actions.action import RemoteAction
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    ConversationPaused,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

DOMAIN = Domain.from_yaml(
    """
version: "3.1"
intents: [greet, inform]
slots:
  draft: {type: any, influence_conversation: false, mappings: [{type: custom}]}
  place: {type: any, influence_conversation: false, mappings: [{type: custom}]}
forms:
  complaint_form: {required_slots: [place]}
actions: [action_x]
"""
)
SECRET = "张三丰住3栋"
RASAS_OWN = {"keys": RulePolicy._get_possible_keys, "run": DaskGraphRunner.run}


def talk(tracker, turns):
    """Add as many turns of a complaint as are wanted."""
    for number in range(turns):
        tracker.update(UserUttered(f"{SECRET}{number}", {"name": "inform", "confidence": 1.0}))
        tracker.update(ActionExecuted("complaint_form"))
        tracker.update(ActiveLoop("complaint_form"))
        tracker.update(SlotSet("draft", {"description": "灯坏了", "tries": 1}))
        tracker.update(SlotSet("requested_slot", "place"))
        tracker.update(BotUttered("在哪里?"))
        tracker.update(ActionExecuted("action_listen"))


def state(tracker):
    """Return what a rule looks at."""
    return {
        "draft": tracker.get_slot("draft"),
        "place": tracker.get_slot("place"),
        "requested": tracker.get_slot("requested_slot"),
        "loop": tracker.active_loop_name,
        "last": tracker.latest_action_name,
        "paused": tracker.is_paused(),
    }


def written(folder):
    """Return every byte of the database."""
    return b"".join(path.read_bytes() for path in Path(folder).glob("rasa.db*"))


async def keep(folder):
    """Talk for 1, then 100 turns, saving and loading as Rasa does."""
    url = f"sqlite:///{folder}/rasa.db"
    store = CompactTrackerStore(domain=DOMAIN, url=url)
    sizes, found = [], {"new": await store.retrieve("c1") is None}
    for turn in range(100):
        tracker = await store.get_or_create_tracker("c1", append_action_listen=True)
        talk(tracker, 1)
        wanted = state(tracker)
        await store.save(tracker)
        kept = await store.retrieve("c1")
        assert state(kept) == wanted, (turn, state(kept), wanted)
        sizes.append(len(kept.events))
    content = written(folder)
    tracker.update(ConversationPaused())
    tracker.update(SlotSet("draft", None))
    tracker.update(ActiveLoop(None))
    await store.save(tracker)
    again = CompactTrackerStore(domain=DOMAIN, url=url)
    return {
        **found,
        "sizes": sorted(set(sizes)),
        "keeps_words": SECRET.encode() in content or SECRET.encode("unicode_escape") in content,
        "after": state(await again.retrieve("c1")),
        "keys": list(await again.keys()),
    }


def compact():
    """Compare what is kept of a short and of a long conversation."""
    trackers = [
        DialogueStateTracker.from_events("c", [], DOMAIN.slots, domain=DOMAIN) for _ in "12"
    ]
    talk(trackers[0], 1)
    talk(trackers[1], 100)
    short, long = (json.dumps([e.as_dict() for e in compacted(t)][1:]) for t in trackers)
    return {"is_constant": abs(len(short) - len(long)) < 50, "has_words": SECRET in long}


class Embeds(BaseHTTPRequestHandler):
    """Answers with rows of ones, and counts."""

    asked = 0
    is_broken = False

    def do_POST(self):
        """Answer."""
        type(self).asked += 1
        texts = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = np.ones((len(texts), 384), dtype="<f4").tobytes()
        self.send_response(500 if self.is_broken else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Keep silent."""


def embed(monkey_environ):
    """Ask a service that answers, then one that fails."""
    server = HTTPServer(("127.0.0.1", 0), Embeds)
    Thread(target=server.serve_forever, daemon=True).start()
    monkey_environ["LINLI_EMBEDDING_URL"] = f"http://127.0.0.1:{server.server_address[1]}"
    config = {**EmbeddingFeaturizer.get_default_config(), "weight": 8.0}
    featurizer = EmbeddingFeaturizer(config, "embedding")

    def sentence(text):
        message = Message({TEXT: text})
        featurizer.process([message])
        return message.get_dense_features(TEXT, [])[1].features

    good = sentence("灯坏了")
    Embeds.is_broken = True
    bad = sentence("灯坏了")
    asked = Embeds.asked
    sentence("灯坏了")  # right after a failure nobody waits again
    server.shutdown()
    return {
        "shape": list(good.shape),
        "weighted": float(good[0][0]),
        "zero": float(np.abs(bad).sum()),
        "asked_again": Embeds.asked - asked,
    }


def take_back():
    """Judge a sure wish for a person, a doubtful one, and a doubtful look-up."""
    check = CertaintyCheck({"needs": {"request_human": 0.5}})

    def judged(name, confidence):
        first = {"name": name, "confidence": confidence}
        message = Message({TEXT: "我想问个事", "intent": first, "intent_ranking": [first]})
        check.process([message])
        ranking = [one["name"] for one in message.get("intent_ranking")]
        return [message.get("intent")["name"], ranking]

    return {
        "sure": judged("request_human", 0.5),
        "doubtful": judged("request_human", 0.49),
        "harmless": judged("ask_policy", 0.26),
    }


def open_door():
    """Send turns through the door with a fake agent behind it."""
    seen = []

    responses = {
        "utter_emergency_doubt": [
            {"text": "要是现在有危险", "buttons": [{"title": "有", "payload": "/emergency"}]}
        ]
    }

    class Processor:
        nlg = TemplatedNaturalLanguageGenerator(responses)
        model_filename = "/models/m.tar.gz"
        model_metadata = SimpleNamespace(
            trained_at=SimpleNamespace(isoformat=lambda: "2026-01-01")
        )

        async def parse_message(self, message):
            doubt = [{"entity": "emergency_doubt", "value": "fire"}]
            return {
                "intent": {"name": "inform", "confidence": 0.9},
                "text": message.text,
                "entities": doubt if "糊味" in message.text else [],
            }

    async def on_message(message):
        seen.append([message.sender_id, message.metadata, message.output_channel.name()])
        if message.text == "fail":
            raise LookupError(SECRET)
        await message.output_channel.send_text_message(message.sender_id, "记下了")

    agent = SimpleNamespace(processor=Processor())
    app = SimpleNamespace(ctx=SimpleNamespace(agent=agent))
    channel = door.LinliInput.from_credentials(None)
    routes = {r.uri: r.handler for r in channel.blueprint(on_message)._future_routes}

    def ask(uri, **wire):
        request = SimpleNamespace(json=wire, app=app)
        return json.loads(asyncio.run(routes[uri](request)).body)

    def post(text, audience):
        wire = {"sender": "c1", "message": text, "audience": audience, "metadata": {"m": 1}}
        return ask("/webhook", **wire)

    answers = [post("灯", "elderly"), post("灯", "other"), post("fail", "standard")]
    answers.append(post('有股"糊味"{呛}\n在3栋', "standard"))
    chosen = Message({TEXT: answers[-1]["messages"][0]["buttons"][0]["payload"]})
    read = YAMLStoryReader.unpack_regex_message(chosen)
    return {
        "answers": answers,
        "seen": seen,
        "health": ask("/"),
        "chosen": {one["entity"]: one["value"] for one in read.get("entities")},
    }


def validate():
    """Check answers of actions by the validator that is kept."""
    patches.install()
    patches.install()
    action = RemoteAction("action_x", None)
    is_good = action._validate_action_result({"events": [], "responses": []})
    try:
        is_bad_taken = action._validate_action_result({"events": 7, "responses": []})
    except Exception:
        is_bad_taken = False
    return {"good": is_good, "bad": is_bad_taken}


def look_up_rules():
    """Compare the look-up of rules with Rasa's own, on rules and states made at random."""
    dice = random.Random(7)

    def value(*values):
        return dice.choice(values)

    def state():
        kinds = {
            "user": {"intent": value("greet", "inform")},
            "prev_action": {"action_name": value("action_listen", "action_x")},
            "slots": {"draft": value((1.0,), "should_not_be_set")},
            "active_loop": {"name": value("complaint_form", "should_not_be_set")},
        }
        return {kind: values for kind, values in kinds.items() if dice.random() < 0.7}

    keys = [json.dumps([state() for _ in range(dice.randint(1, 3))]) for _ in range(400)]
    lookup = dict.fromkeys(keys, "action_x")
    policy = RulePolicy.__new__(RulePolicy)
    talks = [[state() for _ in range(dice.randint(1, 4))] for _ in range(300)]
    ours = [patches._possible_keys(policy, lookup, talk) for talk in talks]
    theirs = [RASAS_OWN["keys"](policy, lookup, talk) for talk in talks]
    return {"agree": ours == theirs, "fitted": sum(map(len, ours)), "talks": len(talks)}


def walk_graph():
    """Compare the walk over a graph with dask's, and count how often each node runs."""
    ran = []

    def node(name):
        def work(*inputs):
            ran.append(name)
            return name, sum(value for _, value in inputs) + 1

        return work

    needs = {"a": {"x": "given"}, "b": {"x": "a"}, "c": {"x": "a", "y": "b"}, "unused": {}}
    nodes = {
        name: SchemaNode(needs=need, uses=object, constructor_name="", fn="", config={})
        for name, need in needs.items()
    }
    runner = DaskGraphRunner.__new__(DaskGraphRunner)
    runner._graph_schema = GraphSchema(nodes)
    runner._instantiated_nodes = {name: node(name) for name in nodes}
    runner._execution_context = None
    ours = patches._run(runner, {"given": 1}, ["c", "a"])
    counted = sorted(ran)
    theirs = RASAS_OWN["run"](runner, {"given": 1}, ["c", "a"])
    try:
        patches._run(runner, {"a": 1}, ["c"])
        clash = ""
    except Exception as error:
        clash = type(error).__name__
    return {"agree": ours == theirs, "ours": ours, "ran": counted, "clash": clash}


def main(folder):
    """Print everything."""
    found = {
        "store": asyncio.run(keep(folder)),
        "compact": compact(),
        "embedding": embed(os.environ),
        "patches": validate(),
        "rules": look_up_rules(),
        "graph": walk_graph(),
        "door": open_door(),
        "certainty": take_back(),
    }
    print("FOUND " + json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
