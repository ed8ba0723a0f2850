using Academy.Application.Abstractions;
using Academy.Domain;

namespace Academy.Application.Courses;

public class RoomService(IRepository<Room> rooms, IUnitOfWork unitOfWork)
{
    public async Task<bool> BorrowComputersAsync(int roomId, int count, CancellationToken ct)
    {
        var room = await rooms.GetByIdAsync(roomId, ct);
        if (room is null || room.FreeComputers < count)
        {
            return false;
        }

        room.FreeComputers -= count;
        await unitOfWork.CommitAsync(ct);
        return true;
    }
}
