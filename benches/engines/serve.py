"""One engine in a process of its own, told what to do line by line (`run` is the other end).

    bulk IDS OUT            embed every line of IDS, write the vectors (f32) to OUT
    query IDS TIMES OUT     embed the first line alone, TIMES times

The first line it writes is {"instructions": …}, what it says of the instruction set; then each line is
answered by one line of JSON: {"seconds": …} or {"milliseconds": […]}.
"""

import json
import sys
import time

import numpy as np

# Padded tokens in one call: the best of 512, 1024, 2048 and 4096 for both engines here.
CALL_TOKENS = 2048


def padded(texts):
    """Token ids of texts, and which of them are not padding."""
    longest = max(map(len, texts))
    ids = np.zeros((len(texts), longest), np.int64)
    mask = np.zeros_like(ids)
    for row, text in enumerate(texts):
        ids[row, : len(text)] = text
        mask[row, : len(text)] = 1
    return ids, mask


def calls(texts):
    """Indices of texts by length, as many to a call as fit when padded to the longest."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    call = []
    for i in order:
        if call and len(texts[i]) * (len(call) + 1) > CALL_TOKENS:
            yield call
            call = []
        call.append(i)
    if call:
        yield call


class Onnx:
    """ONNX Runtime on the processor."""

    def __init__(self, path, threads):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Threads of an idle engine must not spin while another one is measured.
        options.add_session_config_entry("session.force_spinning_stop", "1")
        self.session = onnxruntime.InferenceSession(path, options, ["CPUExecutionProvider"])
        self.instructions = f"not reported (ONNX Runtime {onnxruntime.__version__})"

    def embed(self, texts):
        ids, mask = padded(texts)
        return self.session.run(None, {"input_ids": ids, "attention_mask": mask})[0]


class OpenVino:
    """OpenVINO on the processor, bf16 where the model is of floats."""

    def __init__(self, path, threads):
        import openvino

        core = openvino.Core()
        settings = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "INFERENCE_PRECISION_HINT": "bf16"}
        self.model = core.compile_model(path, "CPU", settings)
        self.embed([[101, 102]])
        # The kernels that it chose for the products, when it met the first text.
        nodes = self.model.get_runtime_model().get_ops()
        info = [node.get_rt_info() for node in nodes]
        products = [i for i in info if i["layerType"].astype(str) == "FullyConnected"]
        kernels = sorted({i["primitiveType"].astype(str) for i in products})
        self.instructions = f"{', '.join(kernels)} (OpenVINO {openvino.__version__})"

    def embed(self, texts):
        ids, mask = padded(texts)
        return self.model({"input_ids": ids, "attention_mask": mask})[0]


class Torch:
    """torch in bf16, with its own attention."""

    def __init__(self, directory, threads):
        import torch

        import torch_encoder

        torch.set_num_threads(threads)
        self.encoder = torch_encoder.Encoder(directory)
        has_tiles = getattr(torch.cpu, "_is_amx_tile_supported", lambda: "unknown")()
        capability = torch.backends.cpu.get_cpu_capability()
        self.instructions = f"{capability}, AMX tiles: {has_tiles} (torch {torch.__version__})"

    def embed(self, texts):
        return self.encoder.embed(*padded(texts))


class Llama:
    """llama.cpp, by its C interface: token ids in, one sequence a text."""

    def __init__(self, path, threads):
        import llama_cpp

        self.api = llama_cpp
        quiet = llama_cpp.llama_log_callback(lambda *_: None)
        llama_cpp.llama_log_set(quiet, None)
        self.keep = quiet
        self.instructions = llama_cpp.llama_print_system_info().decode().strip()
        llama_cpp.llama_backend_init()
        model = llama_cpp.llama_model_load_from_file(path.encode(), llama_cpp.llama_model_default_params())
        p = llama_cpp.llama_context_default_params()
        p.n_ctx = p.n_batch = p.n_ubatch = CALL_TOKENS
        p.n_seq_max = 64
        p.n_threads = p.n_threads_batch = threads
        p.embeddings = True
        p.pooling_type = llama_cpp.LLAMA_POOLING_TYPE_MEAN
        self.context = llama_cpp.llama_init_from_model(model, p)
        self.hidden = llama_cpp.llama_model_n_embd(model)
        self.batch = llama_cpp.llama_batch_init(CALL_TOKENS, 0, 1)

    def embed(self, texts):
        batch, at = self.batch, 0
        for sequence, text in enumerate(texts):
            for position, token in enumerate(text):
                batch.token[at], batch.pos[at] = token, position
                batch.n_seq_id[at], batch.seq_id[at][0], batch.logits[at] = 1, sequence, 1
                at += 1
        batch.n_tokens = at
        if self.api.llama_encode(self.context, batch) != 0:
            raise RuntimeError("llama_encode failed")
        rows = [self.api.llama_get_embeddings_seq(self.context, i) for i in range(len(texts))]
        vectors = np.stack([np.ctypeslib.as_array(row, (self.hidden,)) for row in rows])
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def read(path):
    with open(path) as lines:
        return [[int(word) for word in line.split()] for line in lines]


def bulk(engine, path, out):
    texts = read(path)
    started = time.perf_counter()
    parts = [(call, engine.embed([texts[i] for i in call])) for call in calls(texts)]
    seconds = time.perf_counter() - started
    vectors = np.empty((len(texts), parts[0][1].shape[1]), np.float32)
    for call, rows in parts:
        vectors[call] = rows
    vectors.tofile(out)
    return {"seconds": seconds}


def query(engine, path, times, out):
    text = read(path)[:1]
    spent = []
    for _ in range(times):
        started = time.perf_counter()
        vectors = engine.embed(text)
        spent.append((time.perf_counter() - started) * 1e3)
    vectors.astype(np.float32).tofile(out)
    return {"milliseconds": spent}


def main():
    kind, path, threads = sys.argv[1:]
    kinds = {"onnx": Onnx, "openvino": OpenVino, "torch": Torch, "llama": Llama}
    engine = kinds[kind](path, int(threads))
    print(json.dumps({"instructions": engine.instructions}), flush=True)
    for line in sys.stdin:
        command, *words = line.split()
        if command == "bulk":
            answer = bulk(engine, *words)
        else:
            answer = query(engine, words[0], int(words[1]), words[2])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
