"""A release is closed after its last answer, and not before."""

import asyncio

import pytest

from search.service.cluster.answers_under_way import AnswersUnderWay


def test_the_end_is_awaited_until_the_last_answer_has_ended_however_it_does():
    async def play() -> None:
        answers = AnswersUnderWay()
        await answers.ended()
        with answers.one():
            ending = asyncio.create_task(answers.ended())
            with pytest.raises(ValueError, match="failed"), answers.one():
                raise ValueError("failed")
            await asyncio.sleep(0)
            assert not ending.done()
        await asyncio.wait_for(ending, 1)

    asyncio.run(play())
