"""Rules that bake bread."""

load("@rules_oven//oven:defs.bzl", "oven_binary", bake = "bake_rule")

DEFAULT_HEAT = 220

def _bread_impl(ctx):
    """Bakes one loaf."""
    out = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.run(outputs = [out], executable = ctx.executable.oven)
    return [DefaultInfo(files = depset([out]))]

bread = rule(
    implementation = _bread_impl,
    attrs = {"heat": attr.int(default = DEFAULT_HEAT)},
)

def rye_bread(name, **kwargs):
    bread(
        name = name + "_rye",
        **kwargs
    )

bread(
    name = "loaf",
    heat = 230,
)

BreadInfo = provider(
    doc = "What is known of a loaf.",
    fields = ["flour", "weight"],
)

_COMMON = {
    "flour": attr.string(values = ["rye", "wheat"]),
    "srcs": attr.label_list(allow_files = [".grain"]),
}

def _oven_aspect_impl(target, ctx):
    if hasattr(ctx.rule.attr, "heat"):
        return [BreadInfo(flour = "rye", weight = 1)]
    return []

oven_aspect = aspect(
    implementation = _oven_aspect_impl,
    attr_aspects = ["deps"],
)

def loaves(names, heat = None, *args, visibility = ["//visibility:private"], **kwargs):
    """Declares a loaf for each of the names.

    Args:
      names: what they are called
      heat: how hot the oven is
    """
    for name in names:
        bread(
            name = name,
            heat = heat or DEFAULT_HEAT,
            visibility = visibility,
            **kwargs
        )
    return [":" + name for name in names if not name.startswith("_")]

flour_repository = repository_rule(
    implementation = lambda ctx: ctx.download(ctx.attr.url),
    attrs = {"url": attr.string(mandatory = True)},
)

loaves(["plain", "seeded"])

oven_binary(
    name = "oven",
    srcs = glob(["src/**/*.py"], exclude = ["**/*_test.py"]),
    deps = select({
        ":linux": ["//heat:linux"],
        "//conditions:default": [],
    }),
)

py_test(
    name = "oven_test",
    size = "small",
    srcs = ["oven_test.py"],
)
