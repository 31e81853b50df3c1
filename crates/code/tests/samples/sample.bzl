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
