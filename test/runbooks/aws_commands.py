"""Holds command lines of the AWS CLI against the API models that the CLI is made from.

Reads [["s3api", "head-object", "--bucket", "B", ...], ...] and prints, for each, what is wrong with it.
"""

import json
import sys

import botocore.session
import jmespath
from botocore import xform_name
from botocore.utils import ArgumentGenerator
from botocore.validate import ParamValidator

NAMES = {"s3api": "s3"}
GLOBAL = {"--region", "--profile", "--output"}
SESSION = botocore.session.get_session()


def value_of(shape, text):
    """As the CLI reads it: JSON, its shorthand for flat structures, or the text itself."""
    if shape.type_name in ("structure", "list", "map") and text[:1] in ("{", "["):
        return json.loads(text)
    # What shell.ts lets every command print.
    if shape.type_name == "structure" and text == "something":
        return ArgumentGenerator().generate_skeleton(shape)
    if shape.type_name == "structure":
        pairs = (pair.split("=", 1) for pair in text.split(","))
        return {name: value_of(shape.members[name], value) for name, value in pairs}
    return int(text) if shape.type_name in ("integer", "long") else text


def outside_enums(shape, value, path):
    if shape.type_name == "structure":
        for name, inner in value.items():
            if name in shape.members:
                yield from outside_enums(shape.members[name], inner, f"{path}.{name}")
    elif getattr(shape, "enum", None) and value not in shape.enum:
        yield f"{path} takes {', '.join(shape.enum)}; got {value}"


def read(operation, words):
    """The parameters given, and what is no option of the operation."""
    shape = operation.input_shape
    options = {f"--{xform_name(name, '-')}": name for name in shape.members} if shape else {}
    given, faults, rest = {}, [], list(words)
    while rest:
        word = rest.pop(0)
        name = options.get(word)
        if name and shape.members[name].type_name == "boolean":
            given[name] = True
        elif rest and (name or word in GLOBAL or word == "--query"):
            text = rest.pop(0)
            try:
                if name and shape.members[name].type_name == "list" and not text.startswith("["):
                    given[name] = [text]
                    while rest and not rest[0].startswith("--"):
                        given[name].append(rest.pop(0))
                elif name:
                    given[name] = value_of(shape.members[name], text)
                elif word == "--query":
                    jmespath.compile(text)
            except (ValueError, KeyError) as error:
                faults.append(f"{word} {text}: {error}")
        # The one word that is no option: the file to write to.
        elif word.startswith("--") or rest or not operation.has_streaming_output:
            faults.append(f"does not take {word}")
    return given, faults


def faults_of(words):
    service = NAMES.get(words[0], words[0])
    if service not in SESSION.get_available_services() or words[0] in NAMES.values():
        return [f"{words[0]} is no service of the API"]
    model = SESSION.get_service_model(service)
    operation = next((name for name in model.operation_names if [xform_name(name, "-")] == words[1:2]), None)
    if not operation:
        return [f"{words[0]} has no {' '.join(words[1:2])}"]
    operation = model.operation_model(operation)
    given, faults = read(operation, words[2:])
    if operation.input_shape:
        report = ParamValidator().validate(given, operation.input_shape).generate_report()
        # The pages' placeholders are shorter than real ids.
        faults += [line for line in report.splitlines() if line and not line.startswith("Invalid length")]
        faults += outside_enums(operation.input_shape, given, words[1])
    return [f"{' '.join(words[:2])}: {fault}" for fault in faults]


json.dump([faults_of(words) for words in json.load(sys.stdin)], sys.stdout)
