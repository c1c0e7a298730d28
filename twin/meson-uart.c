/*
 * Amlogic Meson UART, as in the GX, G12 and S4 families
 *
 * Register facts: Linux drivers/tty/serial/meson_uart.c and its binding
 * serial/amlogic,meson-uart.yaml; names and bits that Linux does not use from
 * the register definitions of Zircon's amlogic UART driver. No manual was read.
 *
 * Modelled: both FIFOs with their watermarks and counts, receive overflow and
 * write to a full FIFO, sticky parity and frame errors, break both ways, data
 * length, resets that last as long as their bit is set, the three rates of the
 * crystal and the old and new divider, CTS and RTS, edge and level interrupts.
 * There is no loopback, no DMA, no receive time-out and no detection of a break
 * (it is a zero with a frame error) in the hardware.
 *
 * Not known, and chosen here as the strictest that Linux' driver works with:
 * - a transmit interrupt is an event, raised when the FIFO falls below its
 *   watermark and not again before it was above. It cannot be a level, for the
 *   driver leaves it enabled while it has nothing to send. Where the line is
 *   wired as level, it stays active until STATUS is read;
 * - STATUS shows that an error was received, not which byte of the FIFO has it;
 * - a character in transmission is spoilt by a change of the rate.
 * Not modelled: MISC but its watermarks, inverted CTS beyond its effect on the
 * transmitter, and "mask error" (CONTROL bit 30), of which too little is known.
 *
 * Bytes move at once and never get lost, unless "timed" is set: then they take
 * their time at the programmed rate, and who does not read in time loses them.
 * What the other end does can be set while the machine runs:
 *   baud            its rate; 0: whatever the guest programs
 *   parity-errors   that many of the next bytes arrive with wrong parity
 *   frame-errors    that many arrive without a stop bit
 *   cts             whether it lets us send (matters if CONTROL says so)
 *   rtscts          whether it stops when RTS tells it to (if timed)
 *   talk            how many characters it is to send, 0, 1, 2, ... modulo 256,
 *                   one right behind the other (if timed). They are made here,
 *                   so that the host's own pace has no part in it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/fifo8.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qemu/timer.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "chardev/char-fe.h"
#include "chardev/char-serial.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "hw/qdev-properties-system.h"
#include "hw/registerfields.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "trace.h"

#define TYPE_MESON_UART "meson-uart"
OBJECT_DECLARE_SIMPLE_TYPE(MesonUartState, MESON_UART)

REG32(WFIFO, 0x00)
REG32(RFIFO, 0x04)
REG32(CONTROL, 0x08)
    FIELD(CONTROL, OLD_BAUD, 0, 12)
    FIELD(CONTROL, TX_EN, 12, 1)
    FIELD(CONTROL, RX_EN, 13, 1)
    FIELD(CONTROL, TWO_WIRE, 15, 1)
    FIELD(CONTROL, STOP_LEN, 16, 2)
    FIELD(CONTROL, PARITY_TYPE, 18, 1)
    FIELD(CONTROL, PARITY_EN, 19, 1)
    FIELD(CONTROL, DATA_LEN, 20, 2)
    FIELD(CONTROL, TX_RST, 22, 1)
    FIELD(CONTROL, RX_RST, 23, 1)
    FIELD(CONTROL, CLEAR_ERR, 24, 1)
    FIELD(CONTROL, INV_RX, 25, 1)
    FIELD(CONTROL, INV_TX, 26, 1)
    FIELD(CONTROL, RX_INT_EN, 27, 1)
    FIELD(CONTROL, TX_INT_EN, 28, 1)
    FIELD(CONTROL, INV_CTS, 29, 1)
    FIELD(CONTROL, MASK_ERR, 30, 1)
    FIELD(CONTROL, INV_RTS, 31, 1)
REG32(STATUS, 0x0c)
    FIELD(STATUS, RX_COUNT, 0, 7)
    FIELD(STATUS, TX_COUNT, 8, 7)
    FIELD(STATUS, PARITY_ERR, 16, 1)
    FIELD(STATUS, FRAME_ERR, 17, 1)
    FIELD(STATUS, TX_FIFO_WERR, 18, 1)
    FIELD(STATUS, RX_FULL, 19, 1)
    FIELD(STATUS, RX_EMPTY, 20, 1)
    FIELD(STATUS, TX_FULL, 21, 1)
    FIELD(STATUS, TX_EMPTY, 22, 1)
    FIELD(STATUS, CTS, 23, 1)
    FIELD(STATUS, RX_OVERFLOW, 24, 1)
    FIELD(STATUS, XMIT_BUSY, 25, 1)
    FIELD(STATUS, RECV_BUSY, 26, 1)
REG32(MISC, 0x10)
    FIELD(MISC, RECV_IRQ, 0, 8)
    FIELD(MISC, XMIT_IRQ, 8, 8)
    FIELD(MISC, OLD_BAUD_HIGH, 20, 4)
REG32(REG5, 0x14)
    FIELD(REG5, BAUD, 0, 23)
    FIELD(REG5, BAUD_USE, 23, 1)
    FIELD(REG5, BAUD_XTAL, 24, 1)
    FIELD(REG5, BAUD_XTAL_TICK, 26, 1)
    FIELD(REG5, BAUD_XTAL_DIV2, 27, 1)

#define REGION_SIZE         0x18

/* What the boot firmware of these boards sets the console to */
#define FIRMWARE_BAUD       115200
/* Half a bit over the ten of a character is 5 %; both ends have a share */
#define TOLERANCE_PERCENT   3

struct MesonUartState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    qemu_irq irq;
    CharBackend chr;
    QEMUTimer *rx_timer;
    QEMUTimer *tx_timer;

    Fifo8 rx_fifo;
    Fifo8 tx_fifo;
    uint32_t control;
    uint32_t misc;
    uint32_t reg5;
    uint32_t errors;                /* of STATUS, sticky */

    /* One character each is on its way, if timed */
    bool rx_busy;
    bool tx_busy;
    bool tx_spoilt;
    uint8_t rx_char;
    uint8_t tx_char;
    int64_t rx_due;
    bool tx_event;                  /* not yet told to the guest */
    bool in_break;                  /* that the guest sends */

    /* The other end */
    uint32_t baud;
    uint32_t parity_errors;
    uint32_t frame_errors;
    bool cts;
    bool rtscts;
    uint32_t talk;                  /* characters that it still wants to send */
    uint8_t said;

    /* Properties */
    bool timed;
    bool edge_irq;
    uint32_t fifo_depth;
    uint32_t xtal_hz;
    uint32_t clk81_hz;
};

/* The rate that the guest programmed */
static uint32_t meson_uart_rate(const MesonUartState *s)
{
    uint32_t base = s->clk81_hz / 4;
    uint32_t divider;

    if (!FIELD_EX32(s->reg5, REG5, BAUD_USE)) {
        divider = FIELD_EX32(s->control, CONTROL, OLD_BAUD) |
                  FIELD_EX32(s->misc, MISC, OLD_BAUD_HIGH) << 12;
        return base / (divider + 1);
    }
    if (FIELD_EX32(s->reg5, REG5, BAUD_XTAL)) {
        if (FIELD_EX32(s->reg5, REG5, BAUD_XTAL_DIV2)) {
            base = s->xtal_hz / 2;
        } else if (FIELD_EX32(s->reg5, REG5, BAUD_XTAL_TICK)) {
            base = s->xtal_hz;
        } else {
            base = s->xtal_hz / 3;
        }
    }
    return base / (FIELD_EX32(s->reg5, REG5, BAUD) + 1);
}

/* Do both ends understand each other? */
static bool meson_uart_in_step(const MesonUartState *s)
{
    uint64_t ours = meson_uart_rate(s);
    uint64_t theirs = s->baud;

    return !theirs ||
           (ours * 100 >= theirs * (100 - TOLERANCE_PERCENT) &&
            ours * 100 <= theirs * (100 + TOLERANCE_PERCENT));
}

/* What a receiver at another rate makes of a character: wrong, and always so */
static uint8_t meson_uart_garble(uint8_t ch)
{
    return rol8(ch, 3) ^ 0x59;
}

static unsigned meson_uart_data_bits(const MesonUartState *s)
{
    return 8 - FIELD_EX32(s->control, CONTROL, DATA_LEN);
}

static uint8_t meson_uart_data_mask(const MesonUartState *s)
{
    return MAKE_64BIT_MASK(0, meson_uart_data_bits(s));
}

static int64_t meson_uart_char_ns(const MesonUartState *s, uint32_t rate)
{
    unsigned bits = 1 + meson_uart_data_bits(s) +
                    FIELD_EX32(s->control, CONTROL, PARITY_EN) +
                    1 + FIELD_EX32(s->control, CONTROL, STOP_LEN);

    return bits * NANOSECONDS_PER_SECOND / MAX(rate, 1);
}

static bool meson_uart_may_send(const MesonUartState *s)
{
    return FIELD_EX32(s->control, CONTROL, TX_EN) &&
           !FIELD_EX32(s->control, CONTROL, TX_RST) &&
           (FIELD_EX32(s->control, CONTROL, TWO_WIRE) ||
            s->cts != FIELD_EX32(s->control, CONTROL, INV_CTS));
}

static bool meson_uart_may_receive(const MesonUartState *s)
{
    return FIELD_EX32(s->control, CONTROL, RX_EN) &&
           !FIELD_EX32(s->control, CONTROL, RX_RST);
}

/* What RTS tells the other end; without flow control it stays asserted */
static bool meson_uart_rts(MesonUartState *s)
{
    bool ready = FIELD_EX32(s->control, CONTROL, TWO_WIRE) ||
                 (meson_uart_may_receive(s) && !fifo8_is_full(&s->rx_fifo));

    return ready != FIELD_EX32(s->control, CONTROL, INV_RTS);
}

/* Has the receive FIFO reached its watermark, with the interrupt on? */
static bool meson_uart_rx_due(MesonUartState *s)
{
    uint32_t mark = FIELD_EX32(s->misc, MISC, RECV_IRQ);

    return FIELD_EX32(s->control, CONTROL, RX_INT_EN) &&
           fifo8_num_used(&s->rx_fifo) >= MAX(mark, 1);
}

static bool meson_uart_tx_due(const MesonUartState *s)
{
    return s->tx_event && FIELD_EX32(s->control, CONTROL, TX_INT_EN);
}

/* Where the line is a level: as it is now */
static void meson_uart_update_level(MesonUartState *s)
{
    if (!s->edge_irq) {
        qemu_set_irq(s->irq, meson_uart_rx_due(s) || meson_uart_tx_due(s));
    }
}

/* Something happened that may be worth an interrupt */
static void meson_uart_event(MesonUartState *s)
{
    if (!s->edge_irq) {
        meson_uart_update_level(s);
    } else if (meson_uart_rx_due(s) || meson_uart_tx_due(s)) {
        s->tx_event = s->tx_event && !meson_uart_tx_due(s);
        qemu_irq_pulse(s->irq);
    }
}

static void meson_uart_set_error(MesonUartState *s, uint32_t error)
{
    /* The bit does not clear itself: while it is set, nothing is noted */
    if (!FIELD_EX32(s->control, CONTROL, CLEAR_ERR)) {
        s->errors |= error;
    }
    trace_meson_uart_error(DEVICE(s)->canonical_path, error);
}

/* A character has arrived */
static void meson_uart_deliver(MesonUartState *s, uint8_t ch, bool broken)
{
    if (!meson_uart_may_receive(s)) {
        return;
    }
    if (broken) {
        meson_uart_set_error(s, R_STATUS_FRAME_ERR_MASK);
    } else if (!meson_uart_in_step(s) ||
               FIELD_EX32(s->control, CONTROL, INV_RX)) {
        ch = meson_uart_garble(ch);
        meson_uart_set_error(s, R_STATUS_FRAME_ERR_MASK);
    } else if (s->frame_errors) {
        s->frame_errors--;
        meson_uart_set_error(s, R_STATUS_FRAME_ERR_MASK);
    } else if (s->parity_errors) {
        s->parity_errors--;
        if (FIELD_EX32(s->control, CONTROL, PARITY_EN)) {
            meson_uart_set_error(s, R_STATUS_PARITY_ERR_MASK);
        }
    }
    if (fifo8_is_full(&s->rx_fifo)) {
        meson_uart_set_error(s, R_STATUS_RX_OVERFLOW_MASK);
    } else {
        fifo8_push(&s->rx_fifo, ch & meson_uart_data_mask(s));
    }
    meson_uart_event(s);
}

/* A character sets out at the time @when, if timed */
static void meson_uart_arrive(MesonUartState *s, uint8_t ch, int64_t when)
{
    s->rx_busy = true;
    s->rx_char = ch;
    s->rx_due = when + meson_uart_char_ns(s, s->baud ?: meson_uart_rate(s));
    timer_mod(s->rx_timer, s->rx_due);
}

/* The other end's own words, if it has some and is let */
static void meson_uart_talk(MesonUartState *s, int64_t when)
{
    if (s->talk && s->timed && !s->rx_busy &&
        !(s->rtscts && !meson_uart_rts(s))) {
        s->talk--;
        meson_uart_arrive(s, s->said++, when);
    }
}

static void meson_uart_rx_done(void *opaque)
{
    MesonUartState *s = opaque;

    s->rx_busy = false;
    meson_uart_deliver(s, s->rx_char, false);
    meson_uart_talk(s, s->rx_due);
    qemu_chr_fe_accept_input(&s->chr);
}

static int meson_uart_can_receive(void *opaque)
{
    MesonUartState *s = opaque;

    if (!s->timed) {
        return meson_uart_may_receive(s) ? fifo8_num_free(&s->rx_fifo) : 0;
    }
    return !s->rx_busy && !(s->rtscts && !meson_uart_rts(s));
}

static void meson_uart_receive(void *opaque, const uint8_t *buf, int size)
{
    MesonUartState *s = opaque;

    if (!s->timed) {
        for (int i = 0; i < size; i++) {
            meson_uart_deliver(s, buf[i], false);
        }
        return;
    }
    meson_uart_arrive(s, buf[0], qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL));
}

static void meson_uart_chr_event(void *opaque, QEMUChrEvent event)
{
    if (event == CHR_EVENT_BREAK) {
        meson_uart_deliver(opaque, 0, true);
    }
}

static void meson_uart_send(MesonUartState *s, uint8_t ch, bool spoilt)
{
    ch &= meson_uart_data_mask(s);
    if (spoilt || !meson_uart_in_step(s) || s->in_break) {
        trace_meson_uart_garbage(DEVICE(s)->canonical_path, ch,
                                 meson_uart_rate(s), s->baud);
        ch = meson_uart_garble(ch);
    }
    /*
     * This waits if nobody takes the output; so do QEMU's other UARTs, and the
     * last words of a guest that ends are not lost.
     */
    qemu_chr_fe_write_all(&s->chr, &ch, 1);
}

/* Take characters from the FIFO as far as the line is free */
static void meson_uart_transmit(MesonUartState *s)
{
    uint32_t mark = MAX(FIELD_EX32(s->misc, MISC, XMIT_IRQ), 1);
    bool crossed = false;

    while (!s->tx_busy && meson_uart_may_send(s) &&
           !fifo8_is_empty(&s->tx_fifo)) {
        uint8_t ch = fifo8_pop(&s->tx_fifo);

        if (s->timed) {
            s->tx_busy = true;
            s->tx_spoilt = false;
            s->tx_char = ch;
            timer_mod(s->tx_timer, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) +
                      meson_uart_char_ns(s, meson_uart_rate(s)));
            crossed |= fifo8_num_used(&s->tx_fifo) == mark - 1;
        } else {
            /*
             * A FIFO that empties at once is never above the watermark. So
             * that who waits for the interrupt is not left waiting, each time
             * counts, even with the interrupt off.
             */
            meson_uart_send(s, ch, false);
            crossed = true;
        }
    }
    if (crossed &&
        (!s->timed || FIELD_EX32(s->control, CONTROL, TX_INT_EN))) {
        s->tx_event = true;
        meson_uart_event(s);
    }
}

static void meson_uart_tx_done(void *opaque)
{
    MesonUartState *s = opaque;

    s->tx_busy = false;
    meson_uart_send(s, s->tx_char, s->tx_spoilt);
    meson_uart_transmit(s);
}

static uint32_t meson_uart_status(MesonUartState *s)
{
    uint32_t status = s->errors;

    status = FIELD_DP32(status, STATUS, RX_COUNT, fifo8_num_used(&s->rx_fifo));
    status = FIELD_DP32(status, STATUS, TX_COUNT, fifo8_num_used(&s->tx_fifo));
    status = FIELD_DP32(status, STATUS, RX_FULL, fifo8_is_full(&s->rx_fifo));
    status = FIELD_DP32(status, STATUS, RX_EMPTY, fifo8_is_empty(&s->rx_fifo));
    status = FIELD_DP32(status, STATUS, TX_FULL, fifo8_is_full(&s->tx_fifo));
    status = FIELD_DP32(status, STATUS, TX_EMPTY, fifo8_is_empty(&s->tx_fifo));
    /* The pin's level, which is low when the other end lets us send */
    status = FIELD_DP32(status, STATUS, CTS, !s->cts);
    status = FIELD_DP32(status, STATUS, XMIT_BUSY, s->tx_busy);
    status = FIELD_DP32(status, STATUS, RECV_BUSY, s->rx_busy);
    return status;
}

static void meson_uart_set_break(MesonUartState *s, bool on)
{
    int enable = on;

    if (on != s->in_break) {
        /* An idle line that is inverted is a break */
        s->in_break = on;
        trace_meson_uart_break(DEVICE(s)->canonical_path, on);
        qemu_chr_fe_ioctl(&s->chr, CHR_IOCTL_SERIAL_SET_BREAK, &enable);
    }
}

static void meson_uart_write_control(MesonUartState *s, uint32_t value)
{
    uint32_t old_rate = meson_uart_rate(s);
    uint32_t enabled = value & ~s->control &
                       (R_CONTROL_RX_INT_EN_MASK | R_CONTROL_TX_INT_EN_MASK);
    bool rx_started;

    rx_started = !meson_uart_may_receive(s);
    s->control = value;
    rx_started = rx_started && meson_uart_may_receive(s);
    if (FIELD_EX32(value, CONTROL, TX_RST)) {
        fifo8_reset(&s->tx_fifo);
        timer_del(s->tx_timer);
        s->tx_busy = false;
        s->tx_event = false;
    }
    if (FIELD_EX32(value, CONTROL, RX_RST)) {
        fifo8_reset(&s->rx_fifo);
    }
    if (FIELD_EX32(value, CONTROL, CLEAR_ERR)) {
        s->errors = 0;
    }
    s->tx_spoilt |= meson_uart_rate(s) != old_rate;
    meson_uart_set_break(s, FIELD_EX32(value, CONTROL, INV_TX));
    meson_uart_transmit(s);
    if (enabled) {
        meson_uart_event(s);
    }
    meson_uart_update_level(s);
    if (rx_started) {
        meson_uart_talk(s, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL));
        qemu_chr_fe_accept_input(&s->chr);
    }
}

static void meson_uart_write_rate(MesonUartState *s, uint32_t *reg,
                                  uint32_t value)
{
    uint32_t old_rate = meson_uart_rate(s);

    *reg = value;
    if (meson_uart_rate(s) != old_rate) {
        s->tx_spoilt = true;
        trace_meson_uart_rate(DEVICE(s)->canonical_path, meson_uart_rate(s),
                              s->baud);
    }
}

static uint64_t meson_uart_read(void *opaque, hwaddr offset, unsigned size)
{
    MesonUartState *s = opaque;
    uint32_t value = 0;

    switch (offset) {
    case A_WFIFO:
        break;
    case A_RFIFO:
        if (fifo8_is_empty(&s->rx_fifo)) {
            qemu_log_mask(LOG_GUEST_ERROR, "%s: RFIFO read while it is empty\n",
                          DEVICE(s)->canonical_path);
            break;
        }
        value = fifo8_pop(&s->rx_fifo);
        meson_uart_update_level(s);
        meson_uart_talk(s, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL));
        qemu_chr_fe_accept_input(&s->chr);
        break;
    case A_CONTROL:
        value = s->control;
        break;
    case A_STATUS:
        value = meson_uart_status(s);
        if (!s->edge_irq && s->tx_event) {
            s->tx_event = false;
            meson_uart_update_level(s);
        }
        break;
    case A_MISC:
        value = s->misc;
        break;
    case A_REG5:
        value = s->reg5;
        break;
    }
    trace_meson_uart_read(DEVICE(s)->canonical_path, offset, value);
    return value;
}

static void meson_uart_write(void *opaque, hwaddr offset, uint64_t value,
                             unsigned size)
{
    MesonUartState *s = opaque;

    trace_meson_uart_write(DEVICE(s)->canonical_path, offset, value);
    switch (offset) {
    case A_WFIFO:
        if (FIELD_EX32(s->control, CONTROL, TX_RST)) {
            break;
        }
        if (fifo8_is_full(&s->tx_fifo)) {
            qemu_log_mask(LOG_GUEST_ERROR, "%s: WFIFO written while full\n",
                          DEVICE(s)->canonical_path);
            meson_uart_set_error(s, R_STATUS_TX_FIFO_WERR_MASK);
            break;
        }
        fifo8_push(&s->tx_fifo, value);
        meson_uart_transmit(s);
        break;
    case A_CONTROL:
        meson_uart_write_control(s, value);
        break;
    case A_MISC:
        meson_uart_write_rate(s, &s->misc, value);
        meson_uart_event(s);
        break;
    case A_REG5:
        meson_uart_write_rate(s, &s->reg5, value);
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR,
                      "%s: write to read-only register 0x%" HWADDR_PRIx "\n",
                      DEVICE(s)->canonical_path, offset);
    }
}

static const MemoryRegionOps meson_uart_ops = {
    .read = meson_uart_read,
    .write = meson_uart_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 4 },
};

static void meson_uart_reset_hold(Object *obj, ResetType type)
{
    MesonUartState *s = MESON_UART(obj);
    uint32_t rate = s->baud ?: FIRMWARE_BAUD;
    uint32_t divider = MAX((s->xtal_hz / 2 + rate / 2) / rate, 1);

    timer_del(s->rx_timer);
    timer_del(s->tx_timer);
    fifo8_reset(&s->rx_fifo);
    fifo8_reset(&s->tx_fifo);
    s->errors = 0;
    s->rx_busy = false;
    s->tx_busy = false;
    s->tx_spoilt = false;
    s->tx_event = false;
    s->in_break = false;
    /* As boot firmware leaves it: on, 8N1 at the other end's rate */
    s->control = R_CONTROL_TX_EN_MASK | R_CONTROL_RX_EN_MASK |
                 R_CONTROL_TWO_WIRE_MASK;
    s->misc = FIELD_DP32(0, MISC, RECV_IRQ, 1);
    s->misc = FIELD_DP32(s->misc, MISC, XMIT_IRQ, s->fifo_depth / 2);
    s->reg5 = R_REG5_BAUD_USE_MASK | R_REG5_BAUD_XTAL_MASK |
              R_REG5_BAUD_XTAL_DIV2_MASK;
    s->reg5 = FIELD_DP32(s->reg5, REG5, BAUD, divider - 1);
    meson_uart_update_level(s);
}

static void meson_uart_realize(DeviceState *dev, Error **errp)
{
    MesonUartState *s = MESON_UART(dev);

    if (s->fifo_depth < 1 || s->fifo_depth > 128) {
        error_setg(errp, "fifo-depth has to be 1 to 128");
        return;
    }
    fifo8_create(&s->rx_fifo, s->fifo_depth);
    fifo8_create(&s->tx_fifo, s->fifo_depth);
    s->rx_timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, meson_uart_rx_done, s);
    s->tx_timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, meson_uart_tx_done, s);
    qemu_chr_fe_set_handlers(&s->chr, meson_uart_can_receive,
                             meson_uart_receive, meson_uart_chr_event, NULL,
                             s, NULL, true);
}

static bool meson_uart_get_cts(Object *obj, Error **errp)
{
    return MESON_UART(obj)->cts;
}

static void meson_uart_set_cts(Object *obj, bool value, Error **errp)
{
    MesonUartState *s = MESON_UART(obj);

    s->cts = value;
    if (DEVICE(s)->realized) {
        meson_uart_transmit(s);
    }
}

static bool meson_uart_get_rtscts(Object *obj, Error **errp)
{
    return MESON_UART(obj)->rtscts;
}

static void meson_uart_set_rtscts(Object *obj, bool value, Error **errp)
{
    MESON_UART(obj)->rtscts = value;
}

static void meson_uart_get_talk(Object *obj, Visitor *v, const char *name,
                                void *opaque, Error **errp)
{
    visit_type_uint32(v, name, &MESON_UART(obj)->talk, errp);
}

static void meson_uart_set_talk(Object *obj, Visitor *v, const char *name,
                                void *opaque, Error **errp)
{
    MesonUartState *s = MESON_UART(obj);

    if (visit_type_uint32(v, name, &s->talk, errp)) {
        s->said = 0;
        if (DEVICE(s)->realized) {
            meson_uart_talk(s, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL));
        }
    }
}

static bool meson_uart_get_rts(Object *obj, Error **errp)
{
    return meson_uart_rts(MESON_UART(obj));
}

static void meson_uart_init(Object *obj)
{
    MesonUartState *s = MESON_UART(obj);

    memory_region_init_io(&s->iomem, obj, &meson_uart_ops, s, TYPE_MESON_UART,
                          REGION_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq);

    s->cts = true;
    object_property_add_uint32_ptr(obj, "baud", &s->baud,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_uint32_ptr(obj, "parity-errors", &s->parity_errors,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_uint32_ptr(obj, "frame-errors", &s->frame_errors,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_bool(obj, "cts", meson_uart_get_cts,
                             meson_uart_set_cts);
    object_property_add(obj, "talk", "uint32", meson_uart_get_talk,
                        meson_uart_set_talk, NULL, NULL);
    object_property_add_bool(obj, "rts", meson_uart_get_rts, NULL);
    object_property_add_bool(obj, "rtscts", meson_uart_get_rtscts,
                             meson_uart_set_rtscts);
}

static const VMStateDescription meson_uart_vmstate = {
    .name = TYPE_MESON_UART,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_FIFO8(rx_fifo, MesonUartState),
        VMSTATE_FIFO8(tx_fifo, MesonUartState),
        VMSTATE_TIMER_PTR(rx_timer, MesonUartState),
        VMSTATE_TIMER_PTR(tx_timer, MesonUartState),
        VMSTATE_UINT32(control, MesonUartState),
        VMSTATE_UINT32(misc, MesonUartState),
        VMSTATE_UINT32(reg5, MesonUartState),
        VMSTATE_UINT32(errors, MesonUartState),
        VMSTATE_BOOL(rx_busy, MesonUartState),
        VMSTATE_BOOL(tx_busy, MesonUartState),
        VMSTATE_BOOL(tx_spoilt, MesonUartState),
        VMSTATE_UINT8(rx_char, MesonUartState),
        VMSTATE_UINT8(tx_char, MesonUartState),
        VMSTATE_BOOL(tx_event, MesonUartState),
        VMSTATE_BOOL(in_break, MesonUartState),
        VMSTATE_UINT32(baud, MesonUartState),
        VMSTATE_UINT32(parity_errors, MesonUartState),
        VMSTATE_UINT32(frame_errors, MesonUartState),
        VMSTATE_BOOL(cts, MesonUartState),
        VMSTATE_BOOL(rtscts, MesonUartState),
        VMSTATE_INT64(rx_due, MesonUartState),
        VMSTATE_UINT32(talk, MesonUartState),
        VMSTATE_UINT8(said, MesonUartState),
        VMSTATE_END_OF_LIST()
    }
};

static const Property meson_uart_properties[] = {
    DEFINE_PROP_CHR("chardev", MesonUartState, chr),
    DEFINE_PROP_BOOL("timed", MesonUartState, timed, false),
    DEFINE_PROP_BOOL("edge-irq", MesonUartState, edge_irq, true),
    DEFINE_PROP_UINT32("fifo-depth", MesonUartState, fifo_depth, 64),
    DEFINE_PROP_UINT32("xtal-hz", MesonUartState, xtal_hz, 24000000),
    DEFINE_PROP_UINT32("clk81-hz", MesonUartState, clk81_hz, 166666667),
};

static void meson_uart_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->desc = "Amlogic Meson UART";
    dc->realize = meson_uart_realize;
    dc->vmsd = &meson_uart_vmstate;
    rc->phases.hold = meson_uart_reset_hold;
    set_bit(DEVICE_CATEGORY_INPUT, dc->categories);
    device_class_set_props(dc, meson_uart_properties);
}

static const TypeInfo meson_uart_types[] = {
    {
        .name = TYPE_MESON_UART,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(MesonUartState),
        .instance_init = meson_uart_init,
        .class_init = meson_uart_class_init,
    },
};

DEFINE_TYPES(meson_uart_types)
