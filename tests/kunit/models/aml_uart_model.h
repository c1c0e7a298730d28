/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Model of the Amlogic UART, and of what is at the other end of its line
 */
#ifndef OUTBOARD_AML_UART_MODEL_H
#define OUTBOARD_AML_UART_MODEL_H

#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/types.h>

#include <bench/bench.h>

#define AML_UART_MODEL_FIFO	128
#define AML_UART_MODEL_WIRE	16384

/* Errors of STATUS that a character may be received with. */
#define AML_UART_MODEL_PARITY	BIT(16)
#define AML_UART_MODEL_FRAME	BIT(17)
#define AML_UART_MODEL_OVERFLOW	BIT(24)

/**
 * enum aml_uart_model_irq - how causes become a level on the interrupt line
 * @AML_UART_MODEL_EVENTS: a pulse when a FIFO's count crosses its watermark while the
 *	interrupt is on; nothing for what was so before
 * @AML_UART_MODEL_LEVEL: active while any FIFO is on the wrong side of its watermark
 *
 * Which of them the chip has is not known, so a driver has to do with both, on a line
 * that is wired as edge or as level.
 */
enum aml_uart_model_irq {
	AML_UART_MODEL_EVENTS,
	AML_UART_MODEL_LEVEL
};

/**
 * struct aml_uart_model - a UART
 * @irq: how it interrupts
 * @depth: characters that a FIFO holds
 * @cts: the other end lets it send
 * @obeys_rts: the other end stops when told so
 * @frozen: the transmitter does not move, whatever CTS says
 * @babbles: the receive FIFO is full for ever, whatever is read from it
 * @stuck: error bits that cannot be cleared
 * @sent: what left on the wire
 * @nr_sent: how much
 * @spoilt: characters that were on the wire when rate, format or polarity changed
 * @lost: received characters for which the FIFO had no room
 * @breaks: breaks that were sent
 * @break_ns: how long the last one was
 * @longest_ns: longest time that a received character lay in the FIFO
 * @rts: what the other end sees of RTS
 *
 * A suite may change the members above @sent, with the block locked.
 */
struct aml_uart_model {
	enum aml_uart_model_irq irq;
	unsigned int depth;
	bool cts;
	bool obeys_rts;
	bool frozen;
	bool babbles;
	u32 stuck;

	u8 sent[AML_UART_MODEL_WIRE];
	unsigned int nr_sent;
	unsigned int spoilt;
	unsigned int lost;
	unsigned int breaks;
	u64 break_ns;
	u64 longest_ns;
	bool rts;

	/* private: */
	struct bench_block *block;
	struct hrtimer tx_timer;
	struct hrtimer rx_timer;
	u64 char_ns;
	ktime_t thaw;
	ktime_t tx_due;
	ktime_t rx_due;
	u8 tx[AML_UART_MODEL_FIFO];
	unsigned int nr_tx;
	u8 rx[AML_UART_MODEL_FIFO];
	ktime_t rx_since[AML_UART_MODEL_FIFO];
	unsigned int nr_rx;
	u32 fed[AML_UART_MODEL_WIRE];
	unsigned int nr_fed;
	unsigned int next_fed;
	u32 errors;
	u8 tx_char;
	bool tx_busy;
	bool rx_busy;
	bool tx_spoilt;
	ktime_t break_start;
};

unsigned int aml_uart_model_rate(struct bench_block *block);
u64 aml_uart_model_char_ns(struct bench_block *block);
void aml_uart_model_forget(struct bench_block *block);
void aml_uart_model_feed(struct bench_block *block, const void *data, unsigned int count);
void aml_uart_model_feed_bad(struct bench_block *block, u8 c, u32 errors);
bool aml_uart_model_idle(struct bench_block *block);
void aml_uart_model_set_cts(struct bench_block *block, bool cts);
void aml_uart_model_set_frozen(struct bench_block *block, bool frozen);
void aml_uart_model_freeze(struct bench_block *block, u64 ns);
void aml_uart_model_set_irq(struct bench_block *block, enum aml_uart_model_irq irq);

#endif
