"""Blocks are large while few upload and small when many do, and together they keep to the budget."""

from gigdesk.evidence.budget import LARGEST, SMALLEST, BlockBudget

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
        assert uploads * (1 + budget.ahead) * budget.block_bytes() <= 32 * MIB
        budget.opened()


def test_only_few_uploads_have_two_blocks_on_their_way() -> None:
    budget = BlockBudget(32 * MIB)
    ahead = []
    for _ in range(100):
        ahead.append((budget.ahead, budget.block_bytes()))
        budget.opened()
    assert ahead[0] == (2, LARGEST)
    assert ahead[-1][0] == 1
    assert ahead == sorted(ahead, reverse=True)


def test_blocks_grow_again_when_uploads_have_ended() -> None:
    budget = BlockBudget(32 * MIB)
    for _ in range(500):
        budget.opened()
    for _ in range(500):
        budget.closed()
    assert budget.block_bytes() == LARGEST


def test_a_block_that_is_given_back_is_used_again() -> None:
    budget = BlockBudget()
    block = budget.take()
    assert len(block) == LARGEST
    budget.give_back(block)
    assert budget.take() is block
    assert budget.take() is not block


def test_blocks_of_a_size_that_is_not_asked_for_are_let_go() -> None:
    budget = BlockBudget(4 * MIB)
    large = budget.take()
    budget.give_back(large)
    for _ in range(100):
        budget.opened()
    small = budget.take()
    assert len(small) == SMALLEST
    budget.give_back(large)
    for _ in range(100):
        budget.closed()
    assert budget.take() is not large


def test_at_most_a_quarter_of_the_budget_waits_for_use() -> None:
    budget = BlockBudget(32 * MIB)
    blocks = [budget.take() for _ in range(32)]
    for block in blocks:
        budget.give_back(block)
    kept = {id(block) for block in (budget.take() for _ in range(32))} & set(map(id, blocks))
    assert len(kept) * LARGEST == 8 * MIB
