// SPDX-License-Identifier: GPL-2.0-only
/*
 * The register bench: actions at the end of a test, which KUnit lacks before 6.5
 *
 * Copyright (C) 2026 The outboard authors
 */

#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/slab.h>

#include <bench/bench.h>

#if BENCH_LINUX < 605
struct action {
	struct kunit_resource resource;
	void (*function)(void *context);
	void *context;
};

static void action_run(struct kunit_resource *resource)
{
	struct action *action = container_of(resource, struct action, resource);

	action->function(action->context);
}

int kunit_add_action(struct kunit *test, void (*function)(void *context), void *context)
{
	struct action *action = kzalloc(sizeof(*action), GFP_KERNEL);

	if (!action)
		return -ENOMEM;

	action->function = function;
	action->context = context;

	/* KUnit frees the resource, which is at the beginning. */
	action->resource.should_kfree = true;

	return __kunit_add_resource(test, NULL, action_run, &action->resource, NULL);
}
EXPORT_SYMBOL_GPL(kunit_add_action);

int kunit_add_action_or_reset(struct kunit *test, void (*function)(void *context), void *context)
{
	int ret = kunit_add_action(test, function, context);

	if (ret)
		function(context);

	return ret;
}
EXPORT_SYMBOL_GPL(kunit_add_action_or_reset);

static bool action_is(struct kunit *test, struct kunit_resource *resource, void *match)
{
	struct action *action = container_of(resource, struct action, resource);
	struct action *wanted = match;

	return resource->free == action_run && action->function == wanted->function &&
	       action->context == wanted->context;
}

void kunit_release_action(struct kunit *test, void (*function)(void *context), void *context)
{
	struct action wanted = { .function = function, .context = context };

	kunit_destroy_resource(test, action_is, &wanted);
}
EXPORT_SYMBOL_GPL(kunit_release_action);
#endif
