"""Values between Rust and Python: reads what `bootcamp_exchange` writes, and writes it."""

import array
import dataclasses
import json
import math
import struct
from collections.abc import Mapping

try:
    import numpy
except ImportError:
    numpy = None

SEPARATOR = "\x1e"
EXACT = 2**53  # integers up to here are floats, too
# numpy's names, the letters of `array`, and bytes.
KINDS = {"bool": ("?", "b", 1), "i64": ("<i8", "q", 8), "f64": ("<f8", "d", 8)}


def read(path):
    """The value in the files `path.json` and `path.bin`."""
    with open(path + ".json", encoding="utf-8") as file:
        node = json.load(file)
    with open(path + ".bin", "rb") as file:
        return value_of(node, bytearray(file.read()))


def value_of(node, data):
    kind = node["node"]
    if kind == "none":
        return None
    if kind == "numbers":
        return numbers(node, data)
    if kind == "text":
        return node["value"]
    if kind == "texts":
        part = data[node["at"] : node["at"] + node["bytes"]]
        return part.decode("utf-8").split(SEPARATOR)[:-1]
    items = [value_of(item, data) for item in node["items"]]
    if kind == "list":
        return items
    if kind == "record" or numpy is None:
        return dict(zip(node["names"], items))
    columns = [numpy.asarray(item, dtype=object) if isinstance(item, list) else item for item in items]
    return numpy.rec.fromarrays(columns, names=node["names"])


def numbers(node, data):
    dtype, letter, width = KINDS[node["kind"]]
    shape, at = node["shape"], node["at"]
    count = math.prod(shape)
    if numpy is not None and shape:
        return numpy.frombuffer(data, dtype, count, at).reshape(shape)
    values = array.array(letter)
    values.frombytes(data[at : at + count * width])
    values = [bool(value) for value in values] if node["kind"] == "bool" else values.tolist()
    for side in reversed(shape[1:]):
        values = [values[begin : begin + side] for begin in range(0, len(values), side)] if side else []
    return values if shape else values[0]


def write(path, value):
    """Writes a value to the files `path.json` and `path.bin`."""
    with open(path + ".bin", "wb") as file:
        node = Writer(file).node(value)
    with open(path + ".json", "w", encoding="utf-8") as file:
        json.dump(node, file)


class Writer:
    def __init__(self, file):
        self.file = file
        self.at = 0

    def node(self, value):
        if value is None or type(value).__name__ == "NAType":  # pandas' own
            return {"node": "none"}
        if isinstance(value, bool):
            return self.numbers("bool", [], bytes([value]))
        if isinstance(value, int):
            if not -(2**63) <= value < 2**63:
                raise OverflowError(f"the integer {value} needs more than 64 bits")
            return self.numbers("i64", [], struct.pack("<q", value))
        if isinstance(value, float):
            return self.numbers("f64", [], struct.pack("<d", value))
        if isinstance(value, str):
            return {"node": "text", "value": check(value)}
        if isinstance(value, Mapping):
            return self.fields("record", value)
        if hasattr(value, "_asdict"):
            return self.fields("record", value._asdict())
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            names = [field.name for field in dataclasses.fields(value)]
            return self.fields("record", {name: getattr(value, name) for name in names})
        if hasattr(value, "columns") and hasattr(value, "to_numpy"):  # a data frame
            return self.fields("table", {name: value[name].to_numpy() for name in value.columns})
        if hasattr(value, "to_numpy"):  # a series
            value = value.to_numpy()
        if numpy is not None and isinstance(value, (numpy.ndarray, numpy.generic)):
            return self.array(value)
        if isinstance(value, (list, tuple, range, set, frozenset, array.array)):
            return self.list(list(value))
        raise TypeError(
            f"a {type(value).__name__} cannot be handed to Rust: "
            "give numbers, texts, lists, dicts, arrays or data frames"
        )

    def array(self, value):
        if numpy.ma.isMaskedArray(value):
            # As everywhere, a number that is missing is a NaN.
            is_number = value.dtype.kind in "iuf" and not value.dtype.names
            value = value.astype(float).filled(numpy.nan) if is_number and value.mask.any() else value.tolist()
            return self.node(value)
        if value.dtype.names:
            if value.ndim == 1:
                return self.fields("table", {name: value[name] for name in value.dtype.names})
            return self.fields("record", {name: value[name] for name in value.dtype.names})
        kind = {"b": "bool", "i": "i64", "u": "i64", "f": "f64"}.get(value.dtype.kind)
        if kind is None:
            if value.dtype.kind in "OUT":
                return self.node(value.tolist())
            raise TypeError(f"an array of {value.dtype} cannot be handed to Rust")
        if value.dtype.kind == "u" and value.size and int(value.max()) >= 2**63:
            raise OverflowError(f"the integer {int(value.max())} needs more than 64 bits")
        data = numpy.ascontiguousarray(value, KINDS[kind][0]).tobytes()
        return self.numbers(kind, list(value.shape), data)

    def list(self, items):
        if numpy is not None:
            items = [item.item() if isinstance(item, numpy.generic) else item for item in items]
        kinds = {type(item) for item in items}
        if kinds == {str}:
            data = "".join(check(item) + SEPARATOR for item in items).encode("utf-8")
            at = self.at
            self.add(data)
            return {"node": "texts", "length": len(items), "at": at, "bytes": len(data)}
        if kinds == {bool}:
            return self.numbers("bool", [len(items)], bytes(items))
        if kinds == {int}:
            for item in items:
                if not -(2**63) <= item < 2**63:
                    raise OverflowError(f"the integer {item} needs more than 64 bits")
            return self.numbers("i64", [len(items)], array.array("q", items).tobytes())
        if kinds <= {int, float} and are_exact(items):
            return self.numbers("f64", [len(items)], array.array("d", items).tobytes())
        if numpy is not None and kinds <= {list, tuple, numpy.ndarray}:
            try:
                rows = numpy.array(items)
            except ValueError:  # of several lengths
                rows = None
            kinds = {type(leaf) for leaf in leaves(items)} if rows is not None else set()
            if rows is not None and rows.dtype.kind in "biuf" and (bool not in kinds or kinds == {bool}):
                if rows.dtype.kind != "f" or int not in kinds or are_exact(leaves(items)):
                    return self.array(rows)
        return {"node": "list", "items": [self.node(item) for item in items]}

    def fields(self, node, fields):
        names = [str(name) for name in fields]
        if len(set(names)) < len(names):
            raise ValueError("two keys are the same as texts")
        return {"node": node, "names": names, "items": [self.node(item) for item in fields.values()]}

    def numbers(self, kind, shape, data):
        self.add(b"\0" * (-self.at % 8))
        at = self.at
        self.add(data)
        return {"node": "numbers", "kind": kind, "shape": shape, "at": at}

    def add(self, data):
        self.file.write(data)
        self.at += len(data)


def leaves(items):
    """The items of lists in lists."""
    for item in items:
        if isinstance(item, (list, tuple)):
            yield from leaves(item)
        else:
            yield item


def are_exact(items):
    """Whether no integer changes when it becomes a float."""
    return all(type(item) is not int or abs(item) <= EXACT for item in items)


def check(text):
    if SEPARATOR in text:
        raise ValueError("a text holds the character U+001E")
    return text
