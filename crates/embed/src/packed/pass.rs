//! One batch through the layers.

use sconce_kernels::{Epilogue, Format, Heads, Kernels, LeftOperand, Operand, Output, Rows, Team};

use super::encoder::Encoder;
use super::layers::Layer;
use super::workspace::Workspace;

/// Runs texts laid end to end through the model; text `i` is `ids[starts[i]..starts[i + 1]]`.
/// Returns the last layer's rows, one a token.
pub(super) fn run<'a>(
    encoder: &Encoder,
    workspace: &'a mut Workspace,
    team: &mut Team,
    ids: &[u32],
    starts: &[usize],
) -> &'a Rows {
    let narrow = encoder.kernels.narrows(encoder.plan.products);
    workspace.reserve(&encoder.config, narrow, ids.len(), team.threads());
    let mut pass = BatchPass { encoder, team, workspace, starts, tokens: ids.len() };
    pass.embed(ids);
    for (index, layer) in encoder.layers.blocks.iter().enumerate() {
        pass.attention(layer);
        pass.feed_forward(layer, encoder.layers.blocks.get(index + 1));
    }
    &workspace.x
}

struct BatchPass<'a> {
    encoder: &'a Encoder,
    team: &'a mut Team,
    workspace: &'a mut Workspace,
    starts: &'a [usize],
    tokens: usize,
}

impl BatchPass<'_> {
    /// `x = norm(embeddings)`.
    fn embed(&mut self, ids: &[u32]) {
        let layers = &self.encoder.layers;
        let Workspace { x, context, narrow_operand, .. } = &mut *self.workspace;
        for text in self.starts.windows(2) {
            for (place, &id) in ids[text[0]..text[1]].iter().enumerate() {
                let row = text[0] + place;
                layers.embed(id, place, x.row_mut(row), context.row_mut(row));
            }
        }
        let to = layers.blocks.first().and_then(|l| operand(narrow_operand, l.qkv.format()));
        self.encoder.kernels.layer_norm(self.team, x, self.tokens, &layers.embedding_norm, to);
    }

    /// `x = norm(x + output(attention(x)))`.
    fn attention(&mut self, layer: &Layer) {
        let Encoder { config, kernels, plan, layers } = self.encoder;
        let Workspace { x, context, narrow_operand, attention, .. } = &mut *self.workspace;
        let heads = Heads {
            count: config.heads,
            columns: config.hidden / config.heads,
            rotary: layers.rotary.as_ref().map(|r| (r.cosines.as_slice(), r.sines.as_slice())),
            format: plan.attention,
        };
        let from = left(x, narrow_operand, layer.qkv.format());
        kernels.attention(self.team, from, self.starts, &layer.qkv, &heads, attention, context);
        let format = layer.output.format();
        encode(kernels, self.team, context, self.tokens, narrow_operand, format);
        let from = left(context, narrow_operand, format);
        let out = Output::Rows(x);
        kernels.product(self.team, from, self.tokens, &layer.output, out, Epilogue::Add);
        let to = operand(narrow_operand, layer.up.format());
        kernels.layer_norm(self.team, x, self.tokens, &layer.attention_norm, to);
    }

    /// `x = norm(x + down(activation(up(x))))`, encoded for the layer that comes next.
    fn feed_forward(&mut self, layer: &Layer, next: Option<&Layer>) {
        let Encoder { kernels, layers, .. } = self.encoder;
        let Workspace { x, wide, wide_results, narrow_operand, wide_operand, .. } =
            &mut *self.workspace;
        let from = left(x, narrow_operand, layer.up.format());
        let format = layer.down.format();
        let out = match format {
            Format::Bf16 if kernels.narrows(format) => Output::Operand(wide_operand),
            _ if kernels.narrows(format) => Output::Operand(wide_results),
            _ => Output::Rows(wide),
        };
        kernels.product(self.team, from, self.tokens, &layer.up, out, layers.activation);
        if !kernels.narrows(format) {
            encode(kernels, self.team, wide, self.tokens, wide_operand, format);
        } else if format == Format::I8 {
            kernels.encode_narrow(self.team, wide_results, self.tokens, wide_operand);
        }
        let from = left(wide, wide_operand, format);
        let out = Output::Rows(x);
        kernels.product(self.team, from, self.tokens, &layer.down, out, Epilogue::Add);
        let to = next.and_then(|next| operand(narrow_operand, next.qkv.format()));
        kernels.layer_norm(self.team, x, self.tokens, &layer.output_norm, to);
    }
}

/// Where rows are encoded to; nowhere if they are an f32 operand themselves.
fn operand(to: &mut Operand, format: Format) -> Option<(&mut Operand, Format)> {
    (format != Format::F32).then_some((to, format))
}

/// A product's left operand: the rows themselves, or what they were encoded to.
fn left<'a>(rows: &'a Rows, operand: &'a Operand, format: Format) -> LeftOperand<'a> {
    if format == Format::F32 { LeftOperand::Rows(rows) } else { LeftOperand::Operand(operand) }
}

fn encode(
    kernels: &Kernels,
    team: &mut Team,
    rows: &Rows,
    count: usize,
    to: &mut Operand,
    format: Format,
) {
    if let Some((to, format)) = operand(to, format) {
        kernels.encode(team, rows, count, to, format);
    }
}
