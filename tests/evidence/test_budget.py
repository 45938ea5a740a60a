"""Blocks are large while few upload and small when many do, and together they keep to the budget."""

from gigdesk.evidence.budget import HELD, LARGEST, SMALLEST, BlockBudget

MIB = 1 << 20


def test_few_uploads_have_large_blocks_and_many_have_small_ones() -> None:
    budget = BlockBudget(32 * MIB)
    sizes = []
    for _ in range(1000):
        sizes.append(budget.block_bytes())
        budget.opened()
    assert sizes[0] == LARGEST
    assert sizes[-1] == SMALLEST
    assert sizes == sorted(sizes, reverse=True)
    assert all(size & (size - 1) == 0 for size in sizes)


def test_all_blocks_together_keep_to_the_budget() -> None:
    budget = BlockBudget(32 * MIB)
    for uploads in range(1, 257):
        assert uploads * HELD * budget.block_bytes() <= 32 * MIB
        budget.opened()


def test_blocks_grow_again_when_uploads_have_ended() -> None:
    budget = BlockBudget(32 * MIB)
    for _ in range(500):
        budget.opened()
    for _ in range(500):
        budget.closed()
    assert budget.block_bytes() == LARGEST
