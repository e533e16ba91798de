"""100 workflows of five shell tasks through apache-dolphinscheduler and the Python gateway."""

import json
import sys

from py4j.java_gateway import JavaMember

project, user, tenant, count, out = sys.argv[1:6]

calls = {"requests": 0, "writes": 0}
call = JavaMember.__call__


def counted(self, *args):
    calls["requests"] += 1
    if self.name.startswith("create"):
        calls["writes"] += 1
    return call(self, *args)


JavaMember.__call__ = counted

from pydolphinscheduler.core.process_definition import ProcessDefinition  # noqa: E402
from pydolphinscheduler.tasks.shell import Shell  # noqa: E402

for number in range(int(count)):
    name = f"orders-{number:04d}"
    with ProcessDefinition(name=name, project=project, user=user, tenant=tenant) as workflow:
        say = lambda task: Shell(name=task, command=f"echo {name} from {task}")  # noqa: E731
        extract = say("extract")
        parts = [say(task) for task in ("clean", "enrich", "check")]
        load = say("load")
        extract >> parts
        load.set_upstream(parts)
        workflow.submit()

with open(out, "w", encoding="utf-8") as file:
    json.dump(calls, file)
