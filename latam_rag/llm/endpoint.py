"""A language model behind an OpenAI-compatible server: llama.cpp's, vLLM, and what speaks like them. The only module that
imports httpx.

Text comes piece by piece and can be stopped at any moment. The key is read from the environment when it is used, and appears
in no message.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from latam_rag.config import Generation
from latam_rag.errors import ModelError

if TYPE_CHECKING:
    import httpx

Server = Literal["llama.cpp", "llama-cpp-python", "vllm", "other"]
#: As their list of models signs itself.
_OWNERS: Mapping[str, Server] = {"llamacpp": "llama.cpp", "me": "llama-cpp-python", "vllm": "vllm"}
#: Those that can be asked to keep to a grammar.
GRAMMARS: frozenset[Server] = frozenset(("llama.cpp", "llama-cpp-python", "vllm"))
_TICK = 0.05
"""Seconds between looks at the asker's stop button while nothing comes."""
_CONNECT = 10.0
_LINE = 1_000_000
"""Characters; a server that sends a longer line isn't speaking this protocol."""
_SAID = 300
"""Characters of what a server says of an error that are shown."""


class Endpoint:
    """Thread-safe. Nothing is asked of the server before it is needed."""

    def __init__(self, settings: Generation) -> None:
        self.url = str(settings.endpoint).rstrip("/")
        self._settings = settings
        self._found: tuple[str, Server] | None = None

    def model(self) -> tuple[str, Server]:
        """The name of the model that answers, and what serves it. ModelError when it can't be asked, or has another."""
        if self._found is None:
            listed = self._get("/models").get("data")
            models = {str(row.get("id")): row for row in listed or () if isinstance(row, dict)}
            wanted = self._settings.model or next(iter(models), "")
            if wanted not in models:
                known = ", ".join(models) or "—"
                raise ModelError("llm.endpoint_model", url=self.url, name=wanted, known=known)
            self._found = wanted, _OWNERS.get(str(models[wanted].get("owned_by")), "other")
        return self._found

    def count_tokens(self, text: str) -> int:
        """By the server's own tokenizer where it offers it, else at three bytes a token, which is more than it will be."""
        name, server = self.model()
        if server in ("llama.cpp", "vllm"):
            body = {"content": text} if server == "llama.cpp" else {"model": name, "prompt": text}
            said = self._post("/tokenize", body)
            if isinstance(said.get("count"), int):
                return int(said["count"])
            if isinstance(said.get("tokens"), list):
                return len(said["tokens"])
        return -(-len(text.encode()) // 3)

    def write(self, messages: list[dict[str, str]], grammar: str, unwanted: Callable[[], bool]) -> Iterator[str]:
        """What the model answers to ``messages``, as it comes; ends early when ``unwanted`` says so."""
        loop = asyncio.new_event_loop()
        pieces = self._pieces(self._body(messages, grammar))
        try:
            while True:
                task = loop.create_task(anext(pieces, None))
                while not task.done():
                    loop.run_until_complete(asyncio.wait({task}, timeout=_TICK))
                    if unwanted() and not task.done():
                        task.cancel()
                        loop.run_until_complete(asyncio.wait({task}))
                        return
                piece = task.result()
                if piece is None or unwanted():
                    return
                yield piece
        finally:
            loop.run_until_complete(pieces.aclose())
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()

    def _body(self, messages: list[dict[str, str]], grammar: str) -> dict[str, Any]:
        name, server = self.model()
        body: dict[str, Any] = {
            "model": name, "messages": messages, "max_tokens": self._settings.max_tokens, "temperature": 0, "stream": True,
        }  # fmt: skip
        if server in ("llama.cpp", "vllm"):
            # Else models that think aloud do so first, for minutes.
            body["chat_template_kwargs"] = {"enable_thinking": False}
        if grammar and server in GRAMMARS:
            body |= {"structured_outputs": {"grammar": grammar}} if server == "vllm" else {"grammar": grammar}
        return body

    async def _pieces(self, body: dict[str, Any]) -> AsyncGenerator[str]:
        import httpx

        url = f"{self.url}/chat/completions"
        try:
            async with (
                httpx.AsyncClient(timeout=self._timeout(), headers=self._headers()) as client,
                client.stream("POST", url, json=body) as response,
            ):
                if response.status_code != httpx.codes.OK:
                    raise self._refused(response.status_code, (await response.aread())[:_LINE])
                async for line in response.aiter_lines():
                    if line.startswith("data:") and (data := line[5:].strip()):
                        if data == "[DONE]":
                            return
                        yield self._delta(data)
        except httpx.HTTPError as error:
            raise self._failed(error) from error

    def _delta(self, data: str) -> str:
        try:
            said = json.loads(data[:_LINE])
            if "error" in said:
                raise ModelError("llm.endpoint_refused", url=self.url, status="—", error=_reason(said))
            choices = said["choices"]
            return str(choices[0].get("delta", {}).get("content") or "") if choices else ""
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            raise ModelError("llm.endpoint_strange", url=self.url, error=data[:_SAID]) from error

    def _get(self, path: str) -> dict[str, Any]:
        return self._asked("GET", self.url + path)

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Of the server itself, not of the protocol: beside ``/v1``."""
        return self._asked("POST", self.url.removesuffix("/v1") + path, body)

    def _asked(self, method: str, url: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        import httpx

        try:
            response = httpx.request(method, url, json=body, headers=self._headers(), timeout=self._timeout())
        except httpx.HTTPError as error:
            raise self._failed(error) from error
        if response.status_code != httpx.codes.OK:
            raise self._refused(response.status_code, response.content[:_LINE])
        try:
            said = response.json()
        except ValueError as error:
            raise ModelError("llm.endpoint_strange", url=url, error=response.text[:_SAID]) from error
        if not isinstance(said, dict):
            raise ModelError("llm.endpoint_strange", url=url, error=response.text[:_SAID])
        return said

    def _headers(self) -> dict[str, str]:
        name = self._settings.api_key_env
        if not name:
            return {}
        key = os.environ.get(name, "").strip()
        if not key:
            raise ModelError("llm.endpoint_no_key", name=name)
        return {"Authorization": f"Bearer {key}"}

    def _timeout(self) -> httpx.Timeout:
        import httpx

        return httpx.Timeout(self._settings.timeout, connect=min(_CONNECT, self._settings.timeout))

    def _failed(self, error: httpx.HTTPError) -> ModelError:
        import httpx

        if isinstance(error, httpx.TimeoutException) and not isinstance(error, httpx.ConnectTimeout):
            return ModelError("llm.endpoint_silent", url=self.url, seconds=round(self._settings.timeout))
        return ModelError("llm.endpoint_unreachable", url=self.url, error=str(error) or type(error).__name__)

    def _refused(self, status: int, body: bytes) -> ModelError:
        if status in (401, 403):
            return ModelError("llm.endpoint_key", url=self.url, status=status)
        if status == 404:
            return ModelError("llm.endpoint_path", url=self.url)
        try:
            reason = _reason(json.loads(body))
        except ValueError:
            reason = body.decode("utf-8", "replace")[:_SAID]
        return ModelError("llm.endpoint_refused", url=self.url, status=status, error=reason)


def _reason(said: Any) -> str:
    """What a server's error object says, in one line."""
    error = said.get("error", said) if isinstance(said, dict) else said
    text = error.get("message", error) if isinstance(error, dict) else error
    return " ".join(str(text).split())[:_SAID]
